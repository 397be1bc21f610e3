import TuttiCore
import TuttiModels
import TuttiReadings

extension ModelTrial {
    /// For people who have asked one.
    var lines: [StyledLine] {
        let text = response?.text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) } ?? ""
        return [
            StyledLine("\(name) answers", .good),
            StyledLine("  answer       \(text.isEmpty ? "no text (\(response?.finish.rawValue ?? ""))" : text)"),
            StyledLine("  first token  \(firstToken.map { "\($0.milliseconds) ms" } ?? "none came")"),
            StyledLine("  total        \(total.milliseconds) ms"),
            StyledLine("  stream       \(pieces == 1 ? "in 1 piece" : "in \(pieces) pieces")"),
            StyledLine("  tool call    \(toolWords)"),
            StyledLine("  tokens       \(tokenWords)"),
            StyledLine("  cost         \(costOfAll?.description ?? "no price known (models.prices names a list)")"),
        ]
    }

    private var toolWords: String {
        guard let tool else { return "not tried" }
        return tool.problem.map { "not made: \(CleanText.line($0, bytesMax: 300))" }
            ?? "made, \(tool.total.milliseconds) ms"
    }

    private var tokenWords: String {
        guard let usage else { return "not told" }
        return "\(usage.input) sent, \(usage.output) received" + (usage.isEstimated ? " (guessed)" : "")
    }

    /// For people who have asked several.
    static var table: TextTable {
        TextTable([
            .init("NAME", isFlexible: true), .init("ANSWERS"), .init("FIRST", alignment: .trailing),
            .init("TOTAL", alignment: .trailing), .init("STREAM"), .init("TOOL"), .init("TOKENS"),
            .init("COST", alignment: .trailing),
        ])
    }

    /// A line of the table.
    var row: [StyledLine] {
        let none = StyledLine("", .muted)
        let state = error.map { StyledLine($0.code, .bad) } ?? StyledLine("yes", .good)
        guard error == nil else { return [StyledLine(name), state, none, none, none, none, none, none] }
        if listed != nil {
            return [StyledLine(name), StyledLine("its list", .good)] + Array(repeating: none, count: 6)
        }
        let told = usage.map { $0.isEstimated ? "guessed" : "told" } ?? "not told"
        let called = tool.map { $0.problem == nil ? StyledLine("yes", .good) : StyledLine("no", .bad) }
        return [
            StyledLine(name), state, StyledLine(firstToken.map { "\($0.milliseconds) ms" } ?? "none"),
            StyledLine("\(total.milliseconds) ms"), StyledLine(streams == true ? "yes" : "one piece"),
            called ?? StyledLine("not tried", .muted), StyledLine(told),
            StyledLine(costOfAll?.description ?? "unknown"),
        ]
    }

    /// What is worth knowing of one that went well.
    var note: String? {
        if let listed {
            return "\(name): its list has \(listed) models; none was asked, since none is named ('tutti models test "
                + "\(name)/NAME')"
        }
        return tool?.problem.map { "\(name): no tool was called: \(CleanText.line($0, bytesMax: 300))" }
    }

    /// What went wrong, for people.
    var complaint: String? {
        error.map { "\(name): \($0.message)" + (reason.map { "\nIt says: \($0)" } ?? "") }
    }

    /// For programs.
    var json: JSONValue {
        let tokens = usage.map { usage -> JSONValue in
            [
                "uncached_input": .int(usage.uncachedInput), "cache_read": .int(usage.cacheRead),
                "cache_write": .int(usage.cacheWrite), "output": .int(usage.output), "reasoning": .int(usage.reasoning),
            ]
        }
        let failure = error.map { error -> JSONValue in
            [
                "code": .string(error.code), "message": .string(error.message), "reason": .text(reason),
                "data": error.data ?? .null,
            ]
        }
        let call = tool.map { tool -> JSONValue in
            [
                "ok": .bool(tool.problem == nil), "message": .text(tool.problem), "code": .text(tool.code),
                "total_ms": .milliseconds(tool.total), "cost_microdollars": Self.amount(tool.cost),
            ]
        }
        return [
            "model": .string(name), "ok": .bool(error == nil), "answer": .text(response?.text),
            "finish": .text(response?.finish.rawValue), "first_token_ms": .milliseconds(firstToken),
            "total_ms": .milliseconds(total), "usage": tokens ?? .null, "cost_microdollars": Self.amount(cost),
            "error": failure ?? .null, "tool_call": call ?? .null,
            "models_listed": listed.map { .int(Int64($0)) } ?? .null,
            "checks": [
                "key": Self.verdict(takesKey), "name": Self.verdict(knowsName), "stream": Self.verdict(streams),
                "tool_call": Self.verdict(tool.map { $0.problem == nil }),
                "usage": Self.verdict(response.map { _ in usage.map { !$0.isEstimated } ?? false }),
            ],
        ]
    }

    private static func amount(_ cost: USD?) -> JSONValue { cost.map { .int($0.microdollars) } ?? .null }
    private static func verdict(_ verdict: Bool?) -> JSONValue { verdict.map { .bool($0) } ?? .null }
}
