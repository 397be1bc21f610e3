extension Log {
    /// How much a line of the log matters, rising.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case trace, debug, info, notice, warning, error, critical

        /// Reads the name as configuration has it, in any case; `warn` is taken, too.
        package init?(_ text: some StringProtocol) {
            let name = text.lowercased()
            guard let level = Level(rawValue: name == "warn" ? "warning" : name) else { return nil }
            self = level
        }

        package static func < (lhs: Log.Level, rhs: Log.Level) -> Bool { lhs.rank < rhs.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }
}
