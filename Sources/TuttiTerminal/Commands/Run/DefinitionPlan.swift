import TuttiCore
import TuttiReadings
import TuttiTeams

/// What a definition would do, in the order in which it would begin.
struct DefinitionPlan {
    let definition: WorkflowDefinition

    /// How many steps have to end before a step, one after the other; those of one stage run side by side.
    private var stages: [String: Int] {
        let needs = Dictionary(definition.steps.map { ($0.name, $0.needs) }, uniquingKeysWith: { $1 })
        var stages: [String: Int] = [:]
        // A definition has no circles, so each pass places at least one step.
        while stages.count < needs.count {
            for (name, needs) in needs where stages[name] == nil {
                let before = needs.compactMap { stages[$0] }
                if before.count == needs.count { stages[name] = (before.max() ?? 0) + 1 }
            }
        }
        return stages
    }

    private var ordered: [(stage: Int, step: StepDefinition)] {
        let stages = self.stages
        return definition.steps.enumerated().map { ($0.offset, stages[$0.element.name] ?? 1, $0.element) }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map { ($0.1, $0.2) }
    }

    var lines: [StyledLine] {
        var lines = [
            StyledLine(definition.name, .strong) + StyledLine(definition.description.map { "  \($0)" } ?? "", .muted)
        ]
        for field in definition.input {
            let fallback = field.defaultValue.map { ", \($0.compact) if not given" }
            let need = field.isRequired ? ", required" : fallback ?? ", optional"
            lines.append(StyledLine("  input \(field.name)") + StyledLine("  \(field.kind.rawValue)\(need)", .muted))
        }
        var table = TextTable([
            .init("", alignment: .trailing), .init("STEP"), .init("WHAT"), .init("NEEDS", isFlexible: true),
        ])
        for (stage, step) in ordered {
            table.add([
                StyledLine("\(stage)"), StyledLine(step.name), StyledLine(step.action.summary),
                StyledLine(step.needs.joined(separator: ", "), .muted),
            ])
        }
        return lines + [""] + table.lines(width: nil)
    }

    var json: JSONValue {
        [
            "name": .string(definition.name),
            "steps": .array(
                ordered.map { stage, step in
                    [
                        "name": .string(step.name), "kind": .string(step.action.kind), "stage": .number(stage),
                        "needs": .array(step.needs.map { .string($0) }),
                    ]
                }),
        ]
    }
}

extension StepDefinition.Action {
    /// The key that a step of this kind is known by.
    var kind: String {
        switch self {
        case .roundtable: "roundtable"
        case .command: "command"
        case .wait: "wait"
        case .approval: "approval"
        }
    }

    /// What it does, in a few words.
    var summary: String {
        switch self {
        case .roundtable: "roundtable"
        case .command(let action): "command \(action.program)" + (action.isAtMostOnce ? ", at most once" : "")
        case .wait(.time(let time)): "waits for \(DurationText.write(time.duration))"
        case .wait(.signal(let name, _)): "waits for the signal '\(name)'"
        case .approval: "asks a person"
        }
    }
}

extension JSONValue {
    /// On one line.
    var compact: String {
        (try? CanonicalJSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
