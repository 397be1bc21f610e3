import FoundationEssentials
import Glibc
import Tutti
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiReadings
import TuttiStore
import TuttiStoreSQLite
import TuttiTeams

/// `tutti runs replay ID|FILE`: the workflows of this program against what is recorded, without any effect.
package enum RunsReplayCommand: CommandHandler {
    package static let command = RunsCommands.replay

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let archive = try await archive(arguments[Words.recording], arguments, context)
        let home = try context.home(for: arguments)
        guard let workflow = workflow(of: archive, home: home.path) else {
            throw CommandFailure(
                "this program has no workflow '\(archive.run.workflow)'; replay it where that is: in a test, with "
                    + "expectReplays of TuttiTesting")
        }
        let report = try await Replay.run(workflow, archive)
        if arguments[Flags.json] {
            try context.show(json: report.json)
        } else {
            try context.show(report.lines, arguments)
        }
        return report.divergence == nil ? .reached : .failed
    }

    /// What stands in a file, or in the home.
    private static func archive(
        _ typed: String, _ arguments: Arguments, _ context: CommandContext
    ) async throws -> RunArchive {
        do {
            // No identifier has one of these.
            if typed.contains(where: { $0 == "/" || $0 == "." }) {
                try checkReadable(typed)
                return try RunArchive(path: typed)
            }
            return try await RunJournal.read(run: typed, arguments, context) { record, store, _ in
                try await RunArchive(record, from: store)
            }
        } catch let error as RunArchiveError {
            throw InputError("\(typed) cannot be replayed: \(error.message)")
        }
    }

    private static func checkReadable(_ path: String) throws(InputError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0, unsafe access(path, R_OK) == 0 else {
            throw InputError("\(path): \(unsafe String(cString: strerror(errno))); name an export of a run")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw InputError("\(path) is a folder; name a file in it") }
    }

    /// The present code of a workflow. A roundtable that a program of the library held has nothing to deliver.
    private static func workflow(of archive: RunArchive, home: String) -> (any Workflow)? {
        if archive.run.workflow == Roundtable.name, archive.run.status.isFinal, !archive.hasKey("deliver#1") {
            return Roundtable(
                models: ModelsOfReplay(), retrievers: FolderRetrievers(), memory: HomeMemory(home))
        }
        return KnownWorkflows.all(home: home, environment: [:], models: ModelsOfReplay()).first {
            type(of: $0).name == archive.run.workflow
        }
    }
}

extension ReplayReport {
    fileprivate var lines: [StyledLine] {
        var lines: [StyledLine] = []
        if let divergence {
            let place = divergence.key.isEmpty ? "as a whole" : "at \(divergence.key)"
            lines += [
                StyledLine("\(StateGlyph.failed.glyph) diverges ", .bad) + StyledLine(place) + about,
                label("Journal:") + StyledLine(divergence.recorded), label("Code:") + StyledLine(divergence.replayed),
            ]
        } else {
            let place = frontier.isEmpty ? "replays to its end" : "replays as far as it is recorded"
            lines += [
                StyledLine("\(StateGlyph.done.glyph) \(place)", .good) + about,
                label("Agree:") + StyledLine(CountText.text(checked, "recorded key")),
            ]
            if !frontier.isEmpty { lines.append(label("Next:") + StyledLine(Self.list(frontier))) }
            if !unasked.isEmpty { lines.append(label("Removed:") + StyledLine(Self.list(unasked))) }
        }
        return lines
    }

    private var about: StyledLine { StyledLine("  \(run)", .strong) + StyledLine("  \(workflow)") }

    private func label(_ text: String) -> StyledLine { StyledLine(TerminalText.padded(text, to: 10), .muted) }

    private static let listMax = 12

    private static func list(_ keys: [String]) -> String {
        keys.prefix(listMax).joined(separator: ", ")
            + (keys.count > listMax ? " and \(keys.count - listMax) more; --json lists all" : "")
    }

    fileprivate var json: JSONValue {
        let found: JSONValue =
            divergence.map { divergence in
                [
                    "reason": .string(divergence.reason.rawValue), "key": .string(divergence.key),
                    "recorded": .string(divergence.recorded), "replayed": .string(divergence.replayed),
                ]
            } ?? .null
        return [
            "run": .string(run.text), "workflow": .string(workflow), "divergence": found, "checked": .number(checked),
            "removed": .array(unasked.map { .string($0) }), "next": .array(frontier.map { .string($0) }),
        ]
    }
}

/// Replays ask no model: what was answered is in the journal. Every name stands for one that could not be asked.
private struct ModelsOfReplay: ModelSource {
    private struct Silent: ModelProvider {
        func answer(
            _ request: ModelRequest, tell: @Sendable (ModelEvent) async throws -> Void
        ) async throws -> ModelResponse {
            throw ModelError(.unreachable, .never, "a replay asks no model")
        }
    }

    func model(named name: String) -> Model { Model(name, provider: Silent()) }
}
