import TuttiCore
import TuttiYAML

extension DefinitionReader {
    /// A step as it stands in the file.
    private struct Written {
        let name: String
        let needs: DefinitionField?
        let field: DefinitionField
        let action: StepDefinition.Action
    }

    mutating func steps(in field: DefinitionField) throws(DefinitionError) -> [StepDefinition] {
        let items = try field.items(of: "steps", max: DefinitionLimits.stepsMax)
        guard !items.isEmpty else { throw field.failure(.missing, "has no steps; write at least one") }
        var written: [Written] = []
        for item in items {
            let step = try step(in: item)
            if let first = written.first(where: { $0.name == step.name }) {
                throw step.field.failure(
                    .name, "is '\(step.name)' again, as at \(first.field.value.mark); give each step a name of its own")
            }
            written.append(step)
        }
        let steps = try inOrder(written)
        try checkCircles(steps, written)
        return steps
    }

    private mutating func step(in item: DefinitionField) throws(DefinitionError) -> Written {
        let members = try item.anyMembers(of: "a step")
        let kind = try kind(of: members)
        for member in members.all where !kind.schema.memberNames.contains(member.name) {
            if DefinitionSchema.commandStep.memberNames.contains(member.name) {
                throw members.failure(at: member.name, .conflict, "is for commands only; leave it out")
            }
        }
        _ = try item.members(kind.schema.memberNames, of: "this step")
        let field = try members.required("name", "a name that references and needs can use")
        let name = try field.name()
        let action = try kind.read(&self, members, name)
        return Written(name: name, needs: members["needs"], field: field, action: action)
    }

    private func kind(of members: DefinitionMembers) throws(DefinitionError) -> Kind {
        let found = members.all.compactMap { member in Kind.all.first { $0.name == member.name } }
        let names = Kind.all.map(\.name)
        if found.count > 1 {
            throw members.failure(
                at: found[1].name, .conflict, "stands beside '\(found[0].name)'; a step does one thing, write two steps"
            )
        }
        if let kind = found.first { return kind }
        let known = Set(Kind.all.flatMap(\.schema.memberNames)).sorted()
        for member in members.all where !known.contains(member.name) {
            throw members.unknown(member.name, known: known, of: "a step")
        }
        throw members.owner.failure(.missing, "does nothing; it takes one of \(names.joined(separator: ", "))")
    }

    // MARK: Order

    /// Without any needs, each step comes after the one before it.
    private func inOrder(_ written: [Written]) throws(DefinitionError) -> [StepDefinition] {
        let names = written.map(\.name)
        let isGraph = written.contains { $0.needs != nil }
        var steps: [StepDefinition] = []
        for (index, step) in written.enumerated() {
            let needs = isGraph ? try self.needs(of: step, among: names) : index == 0 ? [] : [names[index - 1]]
            steps.append(StepDefinition(name: step.name, needs: needs, action: step.action))
        }
        return steps
    }

    private func needs(of step: Written, among names: [String]) throws(DefinitionError) -> [String] {
        guard let field = step.needs else { return [] }
        var needs: [String] = []
        for item in try field.items(of: "needs", max: DefinitionLimits.stepsMax) {
            let need = try item.name()
            guard names.contains(need) else {
                let near = NearestName.find(need, among: names).map { "did you mean '\($0)'?" }
                let hint = near ?? "there is \(names.prefix(12).joined(separator: ", "))"
                throw item.failure(.reference, "is '\(need)', which is no step; \(hint)")
            }
            if need == step.name { throw item.failure(.order, "is the step itself; leave it out") }
            if needs.contains(need) { throw item.failure(.name, "is '\(need)' again; name each need once") }
            needs.append(need)
        }
        return needs
    }

    private func checkCircles(_ steps: [StepDefinition], _ written: [Written]) throws(DefinitionError) {
        guard let circle = StepGraph(steps).circle() else { return }
        let field = written.first { $0.name == circle[0] }?.needs ?? written[0].field
        throw field.failure(
            .order, "goes in a circle: \(circle.joined(separator: " needs ")); take one of these needs out")
    }
}
