package import TuttiCore

/// What a piece of text is, from which its colour follows.
package enum Role: Sendable, Hashable, CaseIterable {
    case plain, strong, muted
    case running, cue, good, bad
    case critical, high, medium, low
    case insertion, deletion, hunk

    package init(_ severity: Severity) {
        self =
            switch severity {
            case .critical: .critical
            case .high: .high
            case .medium: .medium
            case .low: .low
            }
    }

    /// Parameters of SGR. The sixteen colours only: they follow the theme that the person chose. Yellow is for what
    /// somebody has to do, and for nothing else.
    fileprivate var parameters: String {
        switch self {
        case .plain, .medium: ""
        case .strong: "1"
        case .muted, .low: "90"
        case .running, .hunk: "34"
        case .cue: "33"
        case .good, .insertion: "32"
        case .bad, .high, .deletion: "31"
        case .critical: "1;31"
        }
    }
}

/// Whether colours are used.
package struct Style: Sendable, Hashable {
    package let isColoured: Bool

    package init(isColoured: Bool) { self.isColoured = isColoured }

    /// Colours are for a terminal that can show them and a person who has not declined.
    ///
    /// - Parameters:
    ///   - environment: `NO_COLOR` with any text declines (no-color.org); `TERM` unset or `dumb` cannot.
    ///   - isTerminal: whether the output is one.
    ///   - isDeclined: whether `--no-color` was given.
    package init(environment: [String: String], isTerminal: Bool, isDeclined: Bool) {
        let declined = isDeclined || !(environment["NO_COLOR"] ?? "").isEmpty
        isColoured = isTerminal && !declined && Self.obeysSequences(environment)
    }

    /// Whether the terminal knows how to move its cursor, which the live block needs.
    package static func obeysSequences(_ environment: [String: String]) -> Bool {
        let terminal = environment["TERM"] ?? ""
        return !terminal.isEmpty && terminal != "dumb"
    }

    /// The text in the colour of its role.
    package func apply(_ role: Role, to text: String) -> String {
        guard isColoured, !role.parameters.isEmpty, !text.isEmpty else { return text }
        return "\u{1B}[\(role.parameters)m\(text)\u{1B}[0m"
    }
}
