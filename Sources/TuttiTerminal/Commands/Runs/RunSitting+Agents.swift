import FoundationEssentials
import Tutti
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore
import TuttiWorkspaces

/// Runs of agents: each call of a tool as it is made, and the answer at the end.
extension RunSitting {
    /// Lines of an answer that are shown to people.
    private static let linesMax = 200
    /// Columns of a line about a call.
    private static let columnsMax = 160

    func followAgent() async throws -> ExitCode {
        let handle = tutti.engine.handle(of: run, as: AgentResult.self)
        do {
            async let telling: Void = tellCalls()
            let result = try await parkingOnSignals { try await handle.output }
            await telling
            try await conclude(result)
            return result.end == .completed ? .reached : .notReached
        } catch let error as RunError where error.reason == .interrupted {
            return try await ParkedRun.tell(of: run, tutti.engine.store, context)
        } catch let error as RunError where error.reason == .overBudget {
            return try await BudgetStop.tell(of: run, error, tutti.engine.store, context)
        }
    }

    /// Tells of each call of a tool once, as soon as it has ended.
    private func tellCalls() async {
        guard !arguments[Flags.json] else { return }
        do {
            for try await event in tutti.engine.handle(of: run, as: JSONValue.self).events
            where event.type == "tool.called" {
                guard let news = try? CanonicalJSON.decode(JSONValue.self, from: event.data),
                    let tool = news["tool"]?.stringValue
                else { continue }
                let isError = news["is_error"] == .bool(true)
                let (glyph, role): (String, Role) =
                    isError ? (StateGlyph.failed.glyph, .bad) : (StateGlyph.done.glyph, .good)
                let first = news["text"]?.stringValue?.split(separator: "\n").first.map(String.init) ?? ""
                let line =
                    StyledLine("\(glyph) ", role) + StyledLine(tool, .strong)
                    + StyledLine(" \(news["arguments"]?.stringValue ?? "")", .muted) + StyledLine("  \(first)")
                try context.hint([line.truncated(to: Self.columnsMax)], arguments)
            }
        } catch {
            // The end of the run tells what is wrong with the journal, and nobody may read any more.
        }
    }

    // MARK: The end

    private func conclude(_ result: AgentResult) async throws {
        let changes = try await changes(result)
        let applied = try await apply(result, changes)
        let answer = result.value ?? .string(result.answer)
        if let path = agentEnding?.outputPath, path != "-" {
            let isJSON = path.hasSuffix(".json") || result.value != nil
            let text = isJSON ? try CanonicalJSON.encodePretty(answer) : Data(result.answer.utf8)
            try FileWriter.write(text + Data("\n".utf8), to: path)
        }
        if arguments[Flags.json] {
            return try context.show(json: [
                "run": .string(run.text), "state": "completed", "end": .string(result.end.rawValue),
                "answer": .string(result.answer), "value": result.value ?? .null, "turns": .number(result.turns),
                "tool_calls": .number(result.toolCalls), "files": .text(result.files),
                "changes": .array(changes.map { ["path": .string("\($0.path)"), "kind": .string($0.kind.rawValue)] }),
                "applied": .bool(applied),
            ])
        }
        let shown = (result.value.map { $0.lines } ?? JSONValue.string(result.answer).lines).prefix(Self.linesMax)
        if agentEnding?.outputPath == "-" {
            try context.output.write(answer.readableText + "\n")
            try context.hint(summary(result, changes, applied), arguments)
        } else {
            try context.show(shown.map { StyledLine($0) } + [""] + summary(result, changes, applied), arguments)
        }
    }

    private func summary(
        _ result: AgentResult, _ changes: [FileChange], _ isApplied: Bool
    ) -> [StyledLine] {
        let state = result.end == .completed ? StateGlyph.done : StateGlyph.yourTurn
        let calls = CountText.text(result.toolCalls, "call")
        var lines = [
            StyledLine("\(state.glyph) \(result.end.rawValue)", state.role)
                + StyledLine("  \(CountText.text(result.turns, "turn")), \(calls)")
        ]
        for change in changes.prefix(20) {
            lines.append(StyledLine("  \(change.kind.rawValue) \(change.path)", .muted))
        }
        if changes.count > 20 { lines.append(StyledLine("  and \(changes.count - 20) more", .muted)) }
        if isApplied { lines.append(StyledLine("The changes are in \(agentEnding?.folder ?? "the folder").")) }
        lines.append(StyledLine("Run:     ", .strong) + StyledLine(run.text))
        if !changes.isEmpty, !isApplied {
            lines.append(StyledLine("Next:    ", .strong) + StyledLine("tutti runs files \(run)"))
        }
        return lines
    }

    // MARK: Files

    private func changes(_ result: AgentResult) async throws -> [FileChange] {
        guard let files = result.files.flatMap(SnapshotID.init) else { return [] }
        return try await AgentFiles(home: tutti.home).changes(from: try await begun(), to: files)
    }

    /// The version of the files that the run has begun with.
    private func begun() async throws -> String? {
        guard let record = try await tutti.engine.store.run(run, tenant: RunReference.tenant) else { return nil }
        let bytes = try await tutti.engine.store.bytes(of: record.input)
        return try CanonicalJSON.decode(AgentInput.self, from: bytes).files
    }

    private func apply(_ result: AgentResult, _ changes: [FileChange]) async throws -> Bool {
        guard let ending = agentEnding, ending.isApplied, let folder = ending.folder else { return false }
        guard result.end == .completed, let files = result.files.flatMap(SnapshotID.init), !changes.isEmpty else {
            return false
        }
        try await AgentFiles(home: tutti.home).apply(changes, from: try await begun(), of: files, to: folder)
        return true
    }
}
