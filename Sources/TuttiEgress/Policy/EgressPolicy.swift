package import TuttiRuntime

/// Where a sandboxed program may go to. Without rules, nowhere.
package struct EgressPolicy: Sendable, Hashable {
    /// The allowlist; the first rule that allows something counts.
    package let rules: [EgressRule]
    /// What is allowed may use so much.
    package let limits: EgressLimits

    /// More rules than any list needs.
    package static let rulesMax = 512

    /// Nothing is allowed.
    package static let none = EgressPolicy(rules: [], limits: EgressLimits(), isChecked: ())

    private init(rules: [EgressRule], limits: EgressLimits, isChecked: Void) {
        self.rules = rules
        self.limits = limits
    }

    /// A policy from its parts.
    ///
    /// - Throws: ``EgressPolicyError`` of reason `tooManyRules`.
    package init(_ rules: [EgressRule], limits: EgressLimits = EgressLimits()) throws(EgressPolicyError) {
        guard rules.count <= Self.rulesMax else {
            throw EgressPolicyError(
                .tooManyRules,
                message: "egress.allow has \(rules.count) rules, and at most \(Self.rulesMax) are allowed: join names "
                    + "to *.example.org and addresses to ranges")
        }
        self.init(rules: rules, limits: limits, isChecked: ())
    }

    /// Judges what a request asks for, before its name is resolved.
    ///
    /// - Returns: The rules that allow it, or why none does. For an address this is the whole answer; of a name, the
    ///   addresses have yet to be judged.
    package func judge(host: EgressHost, port: UInt16, method: String) -> EgressVerdict {
        let byHost = rules.indices.filter { rules[$0].host.matches(host) }
        guard !byHost.isEmpty else { return .refused(.hostNotListed) }
        let byPort = byHost.filter { rules[$0].ports.contains(port) }
        guard !byPort.isEmpty else { return .refused(.portNotListed) }
        let byMethod = byPort.filter { rules[$0].allows(method) }
        guard !byMethod.isEmpty else { return .refused(.methodNotListed) }
        guard case .address(let address) = host else { return .candidates(byMethod) }
        let allowing = byMethod.filter { allows(address, port, by: rules[$0]) }
        return allowing.isEmpty ? .refused(.addressRefused(AddressKind(of: address))) : .candidates(allowing)
    }

    /// Judges the addresses that a name has led to: all of them have to be allowed by one rule. An answer that mixes
    /// public addresses with others is how names are bound again, and is refused as a whole.
    ///
    /// - Returns: The place of the rule in ``rules``.
    package func judge(
        _ addresses: [NetworkAddress], port: UInt16, candidates: [Int]
    ) -> Result<Int, EgressRefusal> {
        guard !addresses.isEmpty else { return .failure(.unresolved) }
        let found = candidates.first { index in
            addresses.allSatisfy { allows($0, port, by: rules[index]) }
        }
        if let found { return .success(found) }
        let culprit = addresses.first { AddressKind(of: $0) != .open } ?? addresses[0]
        return .failure(.addressRefused(AddressKind(of: culprit)))
    }

    /// Whether a rule that matches the host lets it be at this address: a public one, or one that the rule or a rule
    /// over addresses opens.
    private func allows(_ address: NetworkAddress, _ port: UInt16, by rule: EgressRule) -> Bool {
        let kind = AddressKind(of: address)
        if kind == .open || rule.allowsPrivate && kind.isOpenedByPrivate { return true }
        return rules.contains { other in
            guard case .addresses(let range) = other.host, other.ports.contains(port) else { return false }
            // Whoever lists the whole wire has not listed the place in it where secrets are.
            let isMeant = kind == .metadata ? range.length == range.first.family.width : AddressKind.isSpecial(range)
            return isMeant && range.contains(address.reached)
        }
    }
}
