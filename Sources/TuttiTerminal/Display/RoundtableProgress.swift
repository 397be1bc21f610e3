package import TuttiCore

/// What happens in a roundtable, as far as its display is concerned.
package enum RoundtableProgress: Sendable, Hashable {
    /// Critics are told so many findings of earlier roundtables.
    case recalled(findings: Int)
    /// Counted from 1.
    case roundStarted(round: Int, maximum: Int)
    case criticStarted(id: String)
    case criticFinished(id: String, findings: SeverityCounts, seconds: Double)
    case criticFailed(id: String, message: String)
    /// A critic's or the moderator's step failed and is tried again.
    case triedAgain(who: String, message: String)
    /// What the round came to: a sentence.
    case verdict(String)
    case moderatorStarted
    /// Lines that the moderator put in and took out.
    case moderatorFinished(inserted: Int, deleted: Int)
    case finished(RoundtableEnding)
}

/// How a roundtable ended.
package enum RoundtableEnding: String, Sendable, Hashable, CaseIterable {
    case converged, stable, exhausted, oscillating, stalled, custom, failed, cancelled, interrupted

    /// The glyph and colour of the end.
    package var state: StateGlyph {
        switch self {
        case .converged, .custom: .done
        // Somebody has to answer the questions that are left.
        case .stable, .exhausted, .oscillating: .yourTurn
        case .failed, .stalled: .failed
        case .cancelled: .cancelled
        case .interrupted: .blocked
        }
    }
}

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
