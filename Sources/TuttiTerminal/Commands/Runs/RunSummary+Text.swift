import TuttiCore
import TuttiReadings
import TuttiStore

extension RunSummary {
    /// Glyph, word and reason, such as `◇ waiting (interrupted)`.
    ///
    /// - Parameters:
    ///   - owner: who works on it, if somebody does.
    ///   - asks: the names of the approvals that it waits for.
    func stateLine(_ owner: RunOwners.Owner?, asks: [String] = []) -> StyledLine {
        var state = StateGlyph(runState: status.rawValue) ?? .waiting
        var words = state.word
        if !asks.isEmpty { state = .yourTurn }
        if status == .running, owner?.health == .stopped {
            words += " (stopped)"
        } else if isCancelRequested && !status.isFinal {
            words += " (being cancelled)"
        } else if let reason {
            words += asks.isEmpty ? " (\(reason))" : " (\(reason) \(asks.joined(separator: ", ")))"
        }
        return StyledLine("\(state.glyph) \(words)", state.role)
    }
}

/// Moments and durations as tables show them.
enum AgeText {
    /// How long ago: `12 s`, `3m 05s`, `2h 07m` or `9 days`.
    static func text(_ age: Duration) -> String {
        let days = age.milliseconds / 86_400_000
        if days >= 2 { return "\(days) days" }
        let seconds = max(0, age.milliseconds / 1000)
        return seconds < 60 ? "\(seconds) s" : TimeText.short(age)
    }
}
