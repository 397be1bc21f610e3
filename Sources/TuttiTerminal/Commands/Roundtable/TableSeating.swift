import FoundationEssentials
import Glibc
import Tutti
import TuttiAgents
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiRuntime
import TuttiTeams

/// Finds or makes the participants of a roundtable, shows them, and lets a person edit them.
struct TableSeating: Sendable {
    let choice: TableChoice
    let maker: PanelMaker
    let tutti: Tutti
    let context: CommandContext

    /// - Parameter budget: what the whole may spend; what a model has spent on participants is taken off.
    /// - Throws: ``InputError`` for a preset that is not there or has a mistake; ``PanelInterrupted``; `RunError`.
    func seat(_ input: inout RoundtableInput, _ budget: inout Budget?) async throws {
        var panel: Panel
        var made: PanelMaker.Output?
        // Before a model is asked for anything.
        let named = choice.preset == nil ? nil : try preset(for: input.kind)
        if let kind = named?.kind, !choice.namesKind {
            (input.kind, input.kindEvidence) = (kind, ["named by the panel"])
        }
        if choice.generatedCount != nil || choice.detectsKind { made = try await make(for: input, &budget) }
        if let made {
            input.kind = made.kind
            if choice.detectsKind { input.kindEvidence = made.evidence }
        }
        if let made, choice.generatedCount != nil {
            panel = made.panel
        } else {
            panel = try named ?? preset(for: input.kind)
        }
        var path: String?
        if choice.generatedCount != nil || choice.isToBeEdited {
            path = try PanelFile.keep(panel, for: input.title, home: tutti.home)
        }
        if let path, choice.isToBeEdited { panel = try PanelFile.edit(at: path, context) }
        try choice.seat(panel, in: &input)
        try show(panel, input, path)
        if let spent = made?.spending { try context.tell("This took \(spent).") }
    }

    private func preset(for kind: DocumentKind) throws -> Panel {
        do {
            return try Presets(home: tutti.home).panel(choice.preset ?? Presets.name(for: kind))
        } catch {
            throw InputError(error.message)
        }
    }

    /// Has a model make participants, or say the kind, as a run of its own.
    private func make(
        for input: RoundtableInput, _ budget: inout Budget?
    ) async throws -> PanelMaker.Output {
        let order = PanelMaker.Input(
            document: input.document, kind: choice.detectsKind ? nil : input.kind, count: choice.generatedCount ?? 0,
            model: choice.models[0].description, goal: choice.goal, style: choice.style)
        let handle = try await tutti.start(maker, order, budget: budget)
        let what = choice.generatedCount.map { "to make up \($0) participants" } ?? "what kind of document it is"
        try context.tell("asking \(choice.models[0]) \(what) …")
        let output = try await output(of: handle)
        budget = try await rest(of: budget, after: handle.id)
        return output
    }

    /// What is left of a budget when a run has spent its part.
    private func rest(of budget: Budget?, after run: RunID) async throws -> Budget? {
        guard var rest = budget else { return nil }
        for state in try await tutti.engine.budget(of: run) {
            let left = state.cap - state.used
            guard left > 0 else {
                throw InputError(
                    "making the participants has used up the budget of \(state.unit.text(state.cap)), so nothing is "
                        + "left for the roundtable; give more, or use a preset")
            }
            switch state.unit {
            case .usd: rest.usd = USD(microdollars: left)
            case .tokens: rest.tokens = left
            case .steps: rest.steps = left
            case .activeTime: rest.activeTime = .milliseconds(left)
            }
        }
        return rest
    }

    private func output(of handle: RunHandle<PanelMaker.Output>) async throws -> PanelMaker.Output {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in Signals.stream(RoundtableSitting.signals) { tutti.engine.park(handle.id) }
            }
            defer { group.cancelAll() }
            do {
                return try await handle.output
            } catch let error as RunError where error.reason == .interrupted {
                throw PanelInterrupted(
                    code: try await ParkedRun.tell(of: handle.id, tutti.engine.store, context))
            } catch let error as RunError where error.reason == .overBudget {
                throw PanelInterrupted(
                    code: try await BudgetStop.tell(of: handle.id, error, tutti.engine.store, context))
            }
        }
    }

    private func show(_ panel: Panel, _ input: RoundtableInput, _ path: String?) throws {
        for participant in panel.participants {
            let model = input.models?.participants[participant.name] ?? ""
            try context.tell("  \(participant.name): \(CleanText.line(participant.role, bytesMax: 200)) (\(model))")
        }
        if let path {
            try context.tell(
                "The participants are kept in \(path); --preset \(ShellWord.quoted(path)) uses them again.")
        }
        let tokens = input.document.utf8.count / DocumentSections.bytesPerToken
        let limit = input.partTokensMax ?? RoundtableInput.partTokensDefault
        if tokens > limit {
            try context.tell(
                "The document has some \(tokens) tokens, so it is read by section, each of at most \(limit) tokens.")
        }
    }
}

/// The making of participants was stopped; what is to be said has been said.
struct PanelInterrupted: Error {
    let code: ExitCode
}

/// Files of participants that a model has made or a person edits.
enum PanelFile {
    /// Writes a panel where presets of one's own are.
    static func keep(_ panel: Panel, for title: String, home: String) throws(InputError) -> String {
        let folder = home + "/presets"
        let words = title.lowercased().utf8.split { !(0x61...0x7A).contains($0) && !(0x30...0x39).contains($0) }
        let slug = words.prefix(6).map { String(Substring($0)) }.joined(separator: "-").prefix(60)
        let base = "\(folder)/\(slug.isEmpty ? "panel" : slug)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            // A built-in preset of the same name would be hidden from then on.
            let isBuiltIn = Presets().origin(of: String(base.dropFirst(folder.utf8.count + 1))) != nil
            var (path, number) = (isBuiltIn ? "\(base)-2.yaml" : base + ".yaml", isBuiltIn ? 3 : 2)
            while FileManager.default.fileExists(atPath: path) {
                guard number <= Presets.filesMax else {
                    throw InputError("there are too many presets in \(folder); remove some of '\(slug)-…'")
                }
                (path, number) = ("\(base)-\(number).yaml", number + 1)
            }
            try Data(panel.yaml.utf8).write(to: URL(filePath: path), options: .atomic)
            return path
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError("the participants cannot be written to \(folder): \(error)")
        }
    }

    /// Lets a person edit the file, and reads it.
    static func edit(at path: String, _ context: CommandContext) throws(InputError) -> Panel {
        let editor = [context.environment["VISUAL"], context.environment["EDITOR"]].compactMap { $0 }
            .first { !$0.isEmpty }
        guard let editor else {
            throw InputError(
                "--edit needs an editor, and neither VISUAL nor EDITOR is set; edit \(path) and give it with --preset")
        }
        guard unsafe system("\(editor) \(ShellWord.quoted(path))") == 0 else {
            throw InputError(
                "the editor '\(editor)' has failed, so nothing was started; the participants are in \(path)")
        }
        do throws(PresetError) {
            return try Presets().panel(path)
        } catch {
            throw InputError("\(error.message)\nNothing was started; mend the file and give it with --preset \(path)")
        }
    }
}
