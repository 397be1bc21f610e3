import Tutti
import TuttiAgents
import TuttiCore
import TuttiReadings
import TuttiTools

/// An agent as people look at it.
struct AgentSheet {
    private let agent: AgentDefinition
    private let tools: ToolBox
    private let model: String?

    init(_ agent: AgentDefinition, tools: ToolBox, model: String?) {
        self.agent = agent
        self.tools = tools
        self.model = model
    }

    var lines: [StyledLine] {
        var lines = [StyledLine(agent.name, .strong) + StyledLine(agent.role.map { "  \($0)" } ?? "", .muted)]
        if let goal = agent.goal { lines.append(StyledLine("  goal   ", .muted) + StyledLine(goal)) }
        lines.append(StyledLine("  model  ", .muted) + StyledLine(model ?? "none; name one with --model"))
        let limits = agent.limits
        lines.append(
            StyledLine("  limits ", .muted)
                + StyledLine("\(limits.turns) turns, \(limits.toolCalls) calls, \(limits.contextTokens) tokens at once")
        )
        for tool in agent.tools {
            let permission = tools.permission(of: tool).map(\.rawValue) ?? "there is no such tool"
            lines.append(
                StyledLine("  tool   ", .muted) + StyledLine(tool.name) + StyledLine("  \(permission)", .muted))
        }
        for helper in agent.helpers { lines.append(StyledLine("  helper ", .muted) + StyledLine(helper)) }
        return lines + [""] + agent.instructions.split(separator: "\n").map { StyledLine("  " + $0) }
    }

    var json: JSONValue {
        [
            "name": .string(agent.name), "role": .text(agent.role), "goal": .text(agent.goal), "model": .text(model),
            "instructions": .string(agent.instructions),
            "tools": .array(
                agent.tools.map { tool in
                    ["name": .string(tool.name), "permission": .text(tools.permission(of: tool)?.rawValue)]
                }),
            "helpers": .array(agent.helpers.map { .string($0) }),
            "limits": [
                "turns": .number(agent.limits.turns), "tool_calls": .number(agent.limits.toolCalls),
                "context_tokens": .number(agent.limits.contextTokens),
            ],
            "output": agent.output ?? .null,
        ]
    }
}
