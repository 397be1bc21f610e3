import FoundationEssentials
import TuttiCore
import TuttiStore

extension RunEvent {
    /// Time, number, type, step and data.
    var line: StyledLine {
        let key = key.map { StyledLine("  \($0)") } ?? ""
        let text = data == Data("{}".utf8) ? "" : "  " + String(decoding: data, as: UTF8.self)
        return StyledLine("\(time)  ", .muted) + StyledLine("\(n)".leftPadded(to: 4) + "  ", .muted)
            + StyledLine(type, role) + key + StyledLine(text, .muted)
    }

    private var role: Role {
        switch type {
        case "step.failed", "run.failed", "run.blocked": .bad
        case "step.retrying", "run.cancel_requested", "approval.requested": .cue
        case "run.completed": .good
        default: .plain
        }
    }
}

extension String {
    /// With spaces before it, for digits.
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: " ", count: max(0, count - self.count)) + self
    }
}
