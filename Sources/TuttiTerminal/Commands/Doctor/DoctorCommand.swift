import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiSandbox
import TuttiStoreSQLite

/// `tutti doctor`: looks at everything that tutti needs, and changes nothing.
package enum DoctorCommand: CommandHandler {
    package static let command = Commands.doctor

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        var checks = configuration(arguments, context)
        if let home = try? Home.resolve(flag: arguments[Flags.home], environment: context.environment) {
            let folder = HomeFolder(path: home.value)
            let homeChecks = HomeChecks(home: folder).all
            checks += homeChecks
            if homeChecks.count > 1 || folder.hasDatabase {
                checks += await DatabaseChecks(home: folder).all()
                checks += AccessChecks(home: folder, environment: context.environment).all
            }
        }
        checks += SystemChecks(environment: context.environment).all
        checks.append(
            await SandboxCheck.made((try? context.configuration(for: arguments)).map(SandboxChoice.init) ?? .auto))
        let isWell = !checks.contains { $0.state == .problem }
        if arguments[Flags.json] {
            try context.show(json: ["ok": .bool(isWell), "checks": .array(checks.map(\.json))])
        } else {
            try context.show(checks.flatMap(\.lines) + ["", conclusion(checks)], arguments)
        }
        return isWell ? .reached : .failed
    }

    private static func configuration(_ arguments: Arguments, _ context: CommandContext) -> [DoctorCheck] {
        do {
            let configuration = try context.configuration(for: arguments)
            let set = configuration.lines.count { $0.source != .fallback }
            return [.ok("configuration", "\(set) of \(configuration.lines.count) keys set, the rest by default")]
        } catch {
            return [.problem("configuration", "\(error)", "mend it; until then every command ends with code 2")]
        }
    }

    private static func conclusion(_ checks: [DoctorCheck]) -> StyledLine {
        let problems = checks.count { $0.state == .problem }
        guard problems > 0 else { return StyledLine("Everything that tutti needs is there.", .good) }
        return StyledLine(problems == 1 ? "1 problem." : "\(problems) problems.", .bad)
    }
}
