import TuttiCore
import TuttiDocuments

extension DefinitionReader {
    /// A kind of step: the key that it is known by, what else may stand beside that, and how it is read.
    struct Kind {
        typealias Read =
            (inout DefinitionReader, DefinitionMembers, String) throws(DefinitionError) -> StepDefinition.Action

        let name: String
        let schema: JSONSchema
        let read: Read

        static var all: [Kind] {
            [
                Kind(name: "roundtable", schema: DefinitionSchema.roundtableStep) {
                    reader, members, step throws(DefinitionError) in try reader.roundtable(members, step)
                },
                Kind(name: "command", schema: DefinitionSchema.commandStep) {
                    reader, members, step throws(DefinitionError) in try reader.command(members, step)
                },
                Kind(name: "wait", schema: DefinitionSchema.waitStep) {
                    reader, members, _ throws(DefinitionError) in try reader.wait(members)
                },
                Kind(name: "approval", schema: DefinitionSchema.approvalStep) {
                    reader, members, step throws(DefinitionError) in try reader.approval(members, step)
                },
            ]
        }
    }

    // MARK: A roundtable

    private mutating func roundtable(
        _ step: DefinitionMembers, _ name: String
    ) throws(DefinitionError) -> StepDefinition.Action {
        let members = try step.required("roundtable", "what is reviewed").members(
            DefinitionSchema.roundtable.memberNames, of: "a roundtable")
        var action = RoundtableAction(source: try source(members, name))
        if let field = members["title"] { action.title = try template(field, step: name) }
        action.kind = try members["kind"]?.choice(of: DocumentKind.self)
        if let field = members["critics"] { action.critics = try critics(field) }
        action.maxIterations = try members["max_iterations"]?.integer(RoundtableInput.iterations)
        action.thresholdPercent = try members["threshold_percent"]?.integer(0...100)
        action.bar = try members["fail_on"]?.choice(of: Severity.self)
        return .roundtable(action)
    }

    private mutating func source(
        _ members: DefinitionMembers, _ step: String
    ) throws(DefinitionError) -> RoundtableAction.Source {
        if let field = members["document"] {
            guard members["file"] == nil else {
                throw members.failure(at: "file", .conflict, "stands beside 'document'; a roundtable reads one of them")
            }
            return .text(try template(field, step: step))
        }
        let field = try members.required("file", "the path of a document; or write 'document' for a text")
        let path = try template(field, step: step)
        guard path.references.allSatisfy({ $0.origin == .input }) else {
            throw field.failure(
                .order,
                "is read when the run starts, so it can refer to the input only; let the step put out the text and "
                    + "refer to that by 'document'")
        }
        guard !path.parts.isEmpty else { throw field.failure(.value, "is empty; it takes the path of a document") }
        return .file(path)
    }

    private func critics(_ field: DefinitionField) throws(DefinitionError) -> [String] {
        var ids: [String] = []
        for item in try field.items(of: "critics", max: critics.count) {
            let id = try item.text()
            guard critics.contains(id) else {
                let near = NearestName.find(id, among: critics).map { "did you mean '\($0)'?" }
                throw item.failure(
                    .value, "is no critic; \(near ?? "there are \(critics.joined(separator: ", "))")")
            }
            if ids.contains(id) { throw item.failure(.name, "is '\(id)' again; name each critic once") }
            ids.append(id)
        }
        if ids.isEmpty { throw field.failure(.value, "names nobody; name at least one, or leave it out") }
        return ids
    }

    // MARK: A command

    private mutating func command(
        _ step: DefinitionMembers, _ name: String
    ) throws(DefinitionError) -> StepDefinition.Action {
        let field = try step.required("command", "a program and its arguments")
        let words = try field.items(of: "words", max: DefinitionLimits.argumentsMax + 1)
        guard let first = words.first else {
            throw field.failure(.value, "is empty; it takes a program and its arguments")
        }
        let program = try first.template()
        guard program.references.isEmpty else {
            throw first.failure(.reference, "is the program; name it here, so that no output can choose it")
        }
        guard case .text(let path)? = program.parts.first else {
            throw first.failure(.value, "is empty; it takes a path, or a name in PATH")
        }
        var action = CommandAction(
            program: path, arguments: [], environment: try step["environment"].map(variables) ?? [],
            timeout: try step["timeout"]?.duration() ?? WrittenDuration(DefinitionLimits.commandTimeout),
            retry: try step["retry"].map(retry) ?? .never, isAtMostOnce: try step["at_most_once"]?.toggle() ?? false)
        for word in words.dropFirst() { action.arguments.append(try template(word, step: name)) }
        if action.isAtMostOnce, action.retry.attemptsMax > 1 {
            throw step.failure(
                at: "retry", .conflict, "tries again what 'at_most_once' forbids to; leave one of them out")
        }
        return .command(action)
    }

    private func variables(_ field: DefinitionField) throws(DefinitionError) -> [String] {
        var names: [String] = []
        for item in try field.items(of: "variables", max: DefinitionLimits.environmentMax) {
            let name = try item.text()
            guard Self.isVariable(name) else {
                throw item.failure(
                    .name, "is no name of a variable; take letters, digits and '_'. Values are not written here")
            }
            names.append(name)
        }
        return names
    }

    private static func isVariable(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-") else { return false }
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        return !isDigit && DefinitionField.isName("a" + text) && !text.utf8.contains(UInt8(ascii: "-"))
    }

    private func retry(_ field: DefinitionField) throws(DefinitionError) -> RetryPolicy {
        let members = try field.members(DefinitionSchema.retry.memberNames, of: "retry")
        let attempts = DefinitionLimits.attempts
        var policy = RetryPolicy(
            attemptsMax: try members.required(
                "attempts", "a whole number from \(attempts.lowerBound) to \(attempts.upperBound)"
            ).integer(attempts))
        if let delay = try members["delay"]?.duration() { policy.delayFirst = delay.duration }
        if let delay = try members["delay_max"]?.duration() { policy.delayMax = delay.duration }
        return policy
    }

    // MARK: A wait and an approval

    private func wait(_ step: DefinitionMembers) throws(DefinitionError) -> StepDefinition.Action {
        let field = try step.required("wait", "'for' or 'signal'")
        let members = try field.members(DefinitionSchema.wait.memberNames, of: "a wait")
        switch (members["for"], members["signal"]) {
        case (let time?, nil):
            if members["timeout"] != nil {
                throw members.failure(at: "timeout", .conflict, "is for signals; 'for' says already how long")
            }
            return .wait(.time(try time.duration()))
        case (nil, let signal?):
            return .wait(.signal(try signal.name(), timeout: try members["timeout"]?.duration()))
        case (nil, nil): throw field.failure(.missing, "waits for nothing; write 'for: 10m' or 'signal: NAME'")
        case (_?, _?):
            throw members.failure(at: "signal", .conflict, "stands beside 'for'; to bound the wait, write 'timeout'")
        }
    }

    private mutating func approval(
        _ step: DefinitionMembers, _ name: String
    ) throws(DefinitionError) -> StepDefinition.Action {
        let members = try step.required("approval", "'show'").members(
            DefinitionSchema.approval.memberNames, of: "an approval")
        let field = try members.required("show", "what the person is shown")
        let show = try template(field, step: name)
        guard !show.parts.isEmpty else { throw field.failure(.value, "is empty; nobody can approve nothing") }
        return .approval(ApprovalAction(show: show, expires: try members["expires"]?.duration()))
    }
}
