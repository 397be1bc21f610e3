/// A state as it is shown everywhere: a glyph, a word and a colour, so that none of them has to be seen alone.
package enum StateGlyph: String, Sendable, CaseIterable {
    case queued
    case running
    /// Somebody is asked.
    case yourTurn = "your turn"
    case waiting
    case blocked
    case done
    case failed
    case cancelled

    /// One column wide.
    package var glyph: String {
        switch self {
        case .queued: "○"
        case .running: "◐"
        case .yourTurn: "◆"
        case .waiting: "◇"
        case .blocked: "■"
        case .done: "●"
        case .failed: "✕"
        case .cancelled: "–"
        }
    }

    package var word: String { rawValue }

    /// The glyph of a run's state as the journal names it.
    package init?(runState: String) {
        switch runState {
        case "completed": self = .done
        default: self.init(rawValue: runState)
        }
    }
}
