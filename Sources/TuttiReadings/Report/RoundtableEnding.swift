package import TuttiTeams

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

extension RoundtableEnding {
    /// As a roundtable names it.
    package init(_ outcome: RoundtableOutcome) {
        self =
            switch outcome {
            case .converged: .converged
            case .stable: .stable
            case .oscillating: .oscillating
            case .stalled: .stalled
            case .exhausted: .exhausted
            case .custom: .custom
            }
    }
}
