import TuttiCore
import TuttiReadings

/// One thing that the doctor has looked at.
struct DoctorCheck: Hashable {
    enum State: String {
        /// As it should be.
        case ok
        /// Works, and somebody should know.
        case note
        /// Something will not work.
        case problem
    }

    let name: String
    let state: State
    /// What is there.
    let found: String
    /// What to do about it; `nil` when there is nothing to do.
    var advice: String?

    static func ok(_ name: String, _ found: String) -> DoctorCheck { DoctorCheck(name: name, state: .ok, found: found) }

    static func note(_ name: String, _ found: String, _ advice: String? = nil) -> DoctorCheck {
        DoctorCheck(name: name, state: .note, found: found, advice: advice)
    }

    static func problem(_ name: String, _ found: String, _ advice: String) -> DoctorCheck {
        DoctorCheck(name: name, state: .problem, found: found, advice: advice)
    }

    // MARK: Shown

    private static let nameWidth = 14

    var lines: [StyledLine] {
        let (glyph, role): (String, Role) =
            switch state {
            case .ok: (StateGlyph.done.glyph, .good)
            case .note: (StateGlyph.yourTurn.glyph, .cue)
            case .problem: (StateGlyph.failed.glyph, .bad)
            }
        let head = StyledLine(glyph + " ", role) + StyledLine(TerminalText.padded(name, to: Self.nameWidth), .strong)
        let indent = String(repeating: " ", count: Self.nameWidth + 2)
        return [head + StyledLine(found)] + (advice.map { [StyledLine(indent + "→ " + $0, role)] } ?? [])
    }

    var json: JSONValue {
        [
            "name": .string(name), "state": .string(state.rawValue), "found": .string(found), "advice": .text(advice),
        ]
    }
}
