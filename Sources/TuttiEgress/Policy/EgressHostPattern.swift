package import TuttiRuntime

/// Which hosts a rule is about.
package enum EgressHostPattern: Sendable, Hashable, CustomStringConvertible {
    /// This name.
    case name(String)
    /// All names below this one, and not this one itself.
    case below(String)
    /// These addresses: one, or a range.
    case addresses(NetworkRange)

    /// Reads `example.org`, `*.example.org`, `192.0.2.1`, `2001:db8::1` (brackets are allowed) or `10.0.0.0/8`.
    ///
    /// - Throws: ``EgressPolicyError`` of reason `host` that says what to write instead.
    package init(_ text: String) throws(EgressPolicyError) {
        if text.contains("/") || NetworkAddress(text) != nil {
            self = .addresses(try Self.range(text))
            return
        }
        let isBelow = text.hasPrefix("*.")
        guard !text.contains("*") || isBelow && !text.dropFirst(2).contains("*") else {
            throw EgressPolicyError(
                .host, text, "a * stands only at the beginning, for all names below a name: *.example.org")
        }
        guard let host = EgressHost(isBelow ? String(text.dropFirst(2)) : text) else {
            throw EgressPolicyError(
                .host, text,
                "it is neither a name (example.org, *.example.org; other scripts as xn--…), nor an address, nor a "
                    + "range (10.0.0.0/8); ports go into 'ports', and no scheme or path belongs here")
        }
        switch host {
        case .name(let name): self = isBelow ? .below(name) : .name(name)
        case .address(let address):
            guard !isBelow, text.hasPrefix("[") else {
                throw EgressPolicyError(.host, text, "an address of IPv4 is written as \(address)")
            }
            self = .addresses(NetworkRange(address, length: address.family.width))
        }
    }

    /// Whether a host of a request is one of these, as it is written; where its name leads to is another question.
    package func matches(_ host: EgressHost) -> Bool {
        switch (self, host) {
        case (.name(let name), .name(let asked)): name == asked
        case (.below(let name), .name(let asked)): asked.utf8.count > name.utf8.count + 1 && asked.hasSuffix("." + name)
        case (.addresses(let range), .address(let address)): range.contains(address) || range.contains(address.reached)
        default: false
        }
    }

    package var description: String {
        switch self {
        case .name(let name): name
        case .below(let name): "*." + name
        case .addresses(let range):
            range.length == range.first.family.width ? range.first.description : range.description
        }
    }

    private static func range(_ text: String) throws(EgressPolicyError) -> NetworkRange {
        do {
            return try NetworkRange(text)
        } catch {
            let advice =
                switch error {
                case .malformed: "it is no range of addresses, such as 10.0.0.0/8; no scheme or path belongs here"
                case .length(let widthMax): "behind the / there has to be a number of bits, at most \(widthMax)"
                case .bitsBehind(let suggestion): "bits behind the length are set; write \(suggestion) if that is meant"
                }
            throw EgressPolicyError(.host, text, advice)
        }
    }
}
