package import TuttiReadings

extension StateGlyph {
    /// The colour.
    package var role: Role {
        switch self {
        case .queued, .waiting, .cancelled: .muted
        case .running: .running
        case .yourTurn: .cue
        case .blocked, .failed: .bad
        case .done: .good
        }
    }
}
