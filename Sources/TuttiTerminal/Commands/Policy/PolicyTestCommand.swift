import TuttiAccess
import TuttiConfiguration
import TuttiCore
import TuttiReadings
import TuttiRuntime
import TuttiYAML

/// `tutti policy test`
package enum PolicyTestCommand: CommandHandler {
    package static let command = PolicyCommands.test

    private static let limit = DocumentReader.Limit(
        bytes: PolicySource.fileSizeMax, name: "a file of cases", advice: "split it")

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let given = try arguments[PolicyFlags.policy].map { path throws(InputError) in
            try PolicySource.rules(path)
        }
        // Of a policy that is given, the one in force does not matter, and may be the broken one.
        let (decider, rules): (any PolicyDecider, PolicyRules)
        if let given {
            (decider, rules) = (given, given)
        } else {
            let source = try PolicySource(configuration)
            (decider, rules) = (source.decider, source.rules)
        }
        if let file = arguments[PolicyWords.cases] {
            try refuseFlags(arguments)
            return try await runCases(in: file, by: decider, arguments, context)
        }
        let question = try PolicyTyped(
            arguments: arguments, rules: rules,
            environment: arguments[PolicyFlags.environment] ?? configuration[ConfigurationKeys.serverEnvironment]
        ).question(at: SystemTimekeeper().now())
        let decision = await decider.decide(question)
        if arguments[Flags.json] {
            try context.show(json: PolicyTestView.json(question, decision))
        } else {
            try context.show(PolicyTestView.lines(question, decision), arguments)
        }
        return .reached
    }

    /// A file says all that flags could say.
    private static func refuseFlags(_ arguments: Arguments) throws(InputError) {
        let given: [(String, Bool)] = [
            ("--role", !arguments[PolicyFlags.roles].isEmpty),
            ("--permission", arguments[PolicyFlags.permission] != nil),
            ("--environment", arguments[PolicyFlags.environment] != nil),
            ("--category", arguments[PolicyFlags.category] != nil),
            ("--project", arguments[PolicyFlags.project] != nil),
            ("--scope", !arguments[PolicyFlags.scopes].isEmpty),
        ]
        guard let flag = given.first(where: \.1)?.0 else { return }
        throw InputError("FILE and \(flag) contradict: a file says in each case what is asked; give one of them")
    }

    // MARK: Cases

    private static func runCases(
        in file: String, by decider: any PolicyDecider, _ arguments: Arguments, _ context: CommandContext
    ) async throws -> ExitCode {
        let text = try DocumentReader.read(file, standardInput: context.input.descriptor, limit: limit)
        let cases: [PolicyCase]
        do throws(FieldError) {
            cases = try PolicyCase.read(yaml: text)
        } catch {
            throw InputError("the cases in \(file) have mistakes; nothing was asked:\n\(error)")
        }
        let results = await PolicyCase.results(cases, by: decider)
        let missed = results.filter { !$0.isMet }
        if arguments[Flags.json] {
            try context.show(
                json: [
                    "cases": .number(results.count), "met": .number(results.count - missed.count),
                    "results": .array(results.map(PolicyTestView.json)),
                ])
        } else {
            try context.show(missed.map(PolicyTestView.line), arguments)
            try context.show(
                [
                    StyledLine(
                        "\(results.count - missed.count) of \(CountText.text(results.count, "case")) as expected.")
                ],
                arguments)
        }
        return missed.isEmpty ? .reached : .failed
    }
}

/// A question that somebody asks by flags.
private struct PolicyTyped {
    let arguments: Arguments
    /// Which roles there are.
    let rules: PolicyRules
    let environment: DeployEnvironment

    /// - Throws: ``InputError`` for a permission, a role or a scope that does not exist.
    func question(at time: Timestamp) throws(InputError) -> PolicyQuestion {
        let permission = try permission()
        let scopes = arguments[PolicyFlags.scopes]
        for scope in scopes { try check(scope: scope) }
        let principal = Principal(
            tenant: HomeAccess.tenant, id: "usr_example", name: "somebody",
            roles: try RoleNames.checked(arguments[PolicyFlags.roles], rules), credential: .machine,
            scopes: scopes.isEmpty ? nil : Set(scopes))
        return PolicyQuestion(
            principal: principal, permission: permission,
            resource: PolicyResource(
                kind: permission.area, project: arguments[PolicyFlags.project],
                category: arguments[PolicyFlags.category]),
            environment: environment.rawValue, time: time)
    }

    private func permission() throws(InputError) -> Permission {
        guard let typed = arguments[PolicyFlags.permission] else {
            throw InputError("--permission is missing: give one such as runs.start, or a FILE of cases")
        }
        let permission = Permission(typed)
        guard permission.exists else {
            throw InputError("--permission: \(Self.problem(typed, among: Permission.all.map(\.text)))")
        }
        return permission
    }

    private func check(scope: String) throws(InputError) {
        let areas = Set(Permission.all.map { $0.area + ".*" }).sorted()
        let known = ["*"] + areas + Permission.all.map(\.text)
        guard known.contains(scope) else { throw InputError("--scope: \(Self.problem(scope, among: known))") }
    }

    private static func problem(_ typed: String, among known: [String]) -> String {
        let wayOut =
            NearestName.find(typed, among: known).map { "did you mean '\($0)'?" }
            ?? "there are such as \(known.suffix(3).joined(separator: ", "))"
        return "there is no permission '\(CleanText.line(typed, bytesMax: 60))'; \(wayOut)"
    }
}
