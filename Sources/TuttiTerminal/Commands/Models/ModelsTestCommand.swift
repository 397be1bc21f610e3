import Tutti
import TuttiAccess
import TuttiConfiguration
import TuttiCore
import TuttiModels
import TuttiProviders
import TuttiRouting
import TuttiRuntime

/// `tutti models test [NAME...]`
package enum ModelsTestCommand: CommandHandler {
    package static let command = ModelsCommands.test

    /// How many are asked at a time.
    static let atOnceMax = 8

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let directory = context.models(configuration)
        let targets = ModelTargets(
            directory: directory, routes: try context.routes(configuration, of: directory),
            usual: configuration.value(of: ConfigurationKeys.modelsDefault))
        let names = arguments[ModelsWords.tested]
        let found = names.isEmpty ? targets.everything : targets.named(names)
        guard !found.isEmpty else {
            throw InputError(
                "no model is named: give one as PROVIDER/NAME, or set models.default or TUTTI_MODEL ('tutti models "
                    + "ls' lists them)")
        }
        // One that is named has to lead somewhere; of all that is set up each says for itself what it lacks.
        let isOne = found.count == 1 && found[0].model != nil
        if !names.isEmpty { for target in found where target.key == nil { try check(target, in: directory) } }
        let trials = ModelTrials(
            directory: directory, prices: try context.prices(configuration),
            secrets: try await secrets(of: found, arguments, context),
            recording: try recording(arguments, isOne))
        return try await context.untilSignal {
            let done = try await trials.all(of: found)
            try show(done, isOne: isOne, arguments, context)
            return done.allSatisfy { $0.error == nil } ? .reached : .failed
        }
    }

    private static func check(_ target: ModelTarget, in directory: ModelDirectory) throws(InputError) {
        guard let model = target.model else { return }
        do throws(ModelDirectoryError) {
            _ = try directory.resolve(model)
        } catch {
            throw InputError(error.message)
        }
    }

    private static func recording(_ arguments: Arguments, _ isOne: Bool) throws(InputError) -> String? {
        let path = arguments[ModelsFlags.record]
        guard path == nil || isOne else { throw InputError("--record takes the calls of one model; name it") }
        return path
    }

    /// The stored secrets that deployments are asked with, as far as they are there.
    private static func secrets(
        of targets: [ModelTarget], _ arguments: Arguments, _ context: CommandContext
    ) async throws -> [SecretName: SecretText] {
        let names = Set(targets.compactMap(\.key))
        guard !names.isEmpty else { return [:] }
        return try await context.withAccessIfThere(arguments) { access in
            var found: [SecretName: SecretText] = [:]
            for name in names {
                found[name] = try await access.secrets.secret(
                    SecretReference(name), tenant: HomeAccess.tenant, project: nil, person: nil)
            }
            return found
        } ?? [:]
    }

    private static func show(
        _ trials: [ModelTrial], isOne: Bool, _ arguments: Arguments, _ context: CommandContext
    ) throws {
        if arguments[Flags.json] {
            let all: JSONValue = [
                "ok": .bool(trials.allSatisfy { $0.error == nil }), "tests": .array(trials.map(\.json)),
            ]
            return try context.show(json: isOne ? trials[0].json : all)
        }
        if isOne {
            if let complaint = trials[0].complaint { throw CommandFailure(complaint) }
            return try context.show(trials[0].lines, arguments)
        }
        var table = ModelTrial.table
        for trial in trials { table.add(trial.row) }
        try context.show(table, arguments)
        try context.hint(
            trials.compactMap { trial in
                trial.complaint.map { StyledLine($0.replacing("\n", with: " "), .bad) }
                    ?? trial.note.map { StyledLine($0, .muted) }
            }, arguments)
    }
}
