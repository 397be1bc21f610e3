package import TuttiCore
package import TuttiTeams

/// How many findings there are of each severity.
package struct SeverityCounts: Sendable, Hashable {
    private var counts: [Severity: Int] = [:]

    package init(critical: Int = 0, high: Int = 0, medium: Int = 0, low: Int = 0) {
        counts = [.critical: critical, .high: high, .medium: medium, .low: low]
    }

    package subscript(severity: Severity) -> Int {
        get { counts[severity, default: 0] }
        set { counts[severity] = newValue }
    }

    package var total: Int { counts.values.reduce(0, +) }

    package static func + (left: SeverityCounts, right: SeverityCounts) -> SeverityCounts {
        Severity.allCases.reduce(into: left) { $0[$1] += right[$1] }
    }

    /// `1 critical, 2 high`; `no findings` when there are none.
    package var sentence: String {
        let parts = Severity.allCases.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.rawValue)" }
        return parts.isEmpty ? "no findings" : parts.joined(separator: ", ")
    }
}

extension SeverityCounts {
    /// As a roundtable counts them.
    package init(_ counts: FindingCounts) {
        self.init(critical: counts.critical, high: counts.high, medium: counts.medium, low: counts.low)
    }
}
