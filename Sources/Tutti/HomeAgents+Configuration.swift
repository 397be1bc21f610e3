package import TuttiAgents
package import TuttiConfiguration
import TuttiCore
package import TuttiEgress
package import TuttiSandbox
import TuttiTools

extension HomeAgents {
    /// The agents of the home of a configuration, with what that says about tools and the network.
    ///
    /// - Throws: ``EgressSettingError`` for a host that cannot be one.
    ///
    /// - Parameter warnings: as that of `SandboxOnUse.ofMachine(_:unsafely:)`.
    package init(
        _ configuration: Configuration, models: any ModelSource, unsafely warnings: (@Sendable (String) -> Void)? = nil
    ) throws(EgressSettingError) {
        let permissions = configuration.values(of: ConfigurationKeys.toolPermission).compactMap { name, value in
            ToolPermission(rawValue: value).map { (name, $0) }
        }
        let policy = try EgressPolicy(configuration.value(of: ConfigurationKeys.egressAllow) ?? [])
        let egress: EgressGate? = BridgeProgram.current().map { EgressGate(policy: policy, bridge: $0) }
        self.init(
            home: configuration.home.value, models: models,
            permissions: Dictionary(permissions, uniquingKeysWith: { $1 }),
            sandbox: .ofMachine(SandboxChoice(configuration), unsafely: warnings), egress: egress)
    }
}

extension SandboxChoice {
    /// What a configuration wants.
    package init(_ configuration: Configuration) {
        self = SandboxChoice(rawValue: configuration[ConfigurationKeys.sandboxBackend].rawValue) ?? .auto
    }
}

extension EgressPolicy {
    /// The policy of a list of hosts: `HOST`, `*.DOMAIN` or `HOST:PORT`; an address of a private network has to stand
    /// there itself.
    ///
    /// - Throws: ``EgressSettingError`` that names the entry.
    package init(_ allowed: [String]) throws(EgressSettingError) {
        do throws(EgressPolicyError) {
            var rules: [EgressRule] = []
            for text in allowed { rules.append(try Self.rule(text)) }
            try self.init(rules)
        } catch {
            throw EgressSettingError(problem: error.message)
        }
    }

    private static func rule(_ text: String) throws(EgressPolicyError) -> EgressRule {
        // An address of IPv6 has colons of its own, and stands in brackets where a port follows.
        let isBare = text.count { $0 == ":" } > 1 && !text.hasPrefix("[")
        guard !isBare, let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return try EgressRule(host: text)
        }
        return try EgressRule(host: String(text[..<colon]), ports: [port])
    }
}

/// The configuration names a host that cannot be allowed.
package struct EgressSettingError: CodedError, CustomStringConvertible {
    package let problem: String

    package var code: String { "bad_egress" }
    package var message: String { "egress.allow: \(problem)" }
    package var isRetryable: Bool { false }
    package var description: String { message }
}
