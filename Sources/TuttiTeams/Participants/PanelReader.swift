import TuttiCore
import TuttiDocuments
import TuttiYAML

extension Panel {
    /// Reads the file of a panel and checks all of it.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - file: what errors call the file.
    /// - Throws: ``DefinitionError`` for the first mistake, with its line and column.
    public static func read(_ text: String, file: String) throws(DefinitionError) -> Panel {
        do throws(DefinitionError) {
            return try PanelReader.panel(in: try DefinitionReader.tree(of: text, whatToWrite: "participants"))
        } catch {
            var error = error
            error.file = file
            throw error
        }
    }
}

/// Makes a panel of the tree of a file.
enum PanelReader {
    static func panel(in root: DefinitionField) throws(DefinitionError) -> Panel {
        let members = try root.members(PanelSchema.file.memberNames, of: "a panel")
        let goalMax = PanelLimits.goalLengthMax
        let panel = Panel(
            participants: try participants(members.required("participants", "a list of participants")),
            description: try members["description"]?.words(lengthMax: goalMax),
            kind: try members["kind"]?.choice(of: DocumentKind.self),
            goal: try members["goal"]?.words(lengthMax: goalMax),
            moderatorFocus: try members["moderator_focus"]?.words(lengthMax: goalMax))
        let size = panel.textSize
        guard size <= PanelLimits.textsMax else {
            throw root.failure(
                .limit,
                "all texts together have \(size) bytes, the limit is \(PanelLimits.textsMax); shorten the instructions")
        }
        return panel
    }

    private static func participants(_ field: DefinitionField) throws(DefinitionError) -> [Participant] {
        let range = PanelLimits.participants
        let items = try field.items(of: "participants", max: range.upperBound)
        guard items.count >= range.lowerBound else {
            throw field.failure(.missing, "is empty; it takes 1 to \(range.upperBound) participants")
        }
        var participants: [Participant] = []
        var lines: [String: Int] = [:]
        for item in items {
            let members = try item.members(PanelSchema.participant.memberNames, of: "a participant")
            let participant = try participant(members)
            let name = try members.required("name", "a name")
            if let first = lines.updateValue(name.value.mark.line, forKey: participant.name) {
                throw name.failure(
                    .name, "'\(participant.name)' stands twice, first in line \(first); name each participant otherwise"
                )
            }
            participants.append(participant)
        }
        return participants
    }

    private static func participant(_ members: DefinitionMembers) throws(DefinitionError) -> Participant {
        let descriptionMax = PanelLimits.descriptionLengthMax
        return Participant(
            name: try members.required("name", "a name such as security").participantName(),
            role: try members.required("role", "what the participant is")
                .words(lengthMax: PanelLimits.roleLengthMax),
            expertise: try members.required("expertise", "what the participant knows")
                .words(lengthMax: descriptionMax),
            perspective: try members.required("perspective", "from where the participant looks at a document")
                .words(lengthMax: descriptionMax),
            instructions: try members.required("instructions", "how the participant is to work")
                .words(lengthMax: PanelLimits.instructionsLengthMax),
            focus: try points(members.required("focus", "a list of what the participant looks at"), min: 1),
            leaves: try members["leaves"].map { field throws(DefinitionError) in try points(field, min: 0) } ?? [],
            model: try members["model"]?.modelReference(),
            style: try members["style"]?.choice(of: ParticipantStyle.self)
        )
    }

    private static func points(_ field: DefinitionField, min: Int) throws(DefinitionError) -> [String] {
        let items = try field.items(of: "points", max: PanelLimits.pointsMax)
        guard items.count >= min else { throw field.failure(.missing, "is empty; write at least one point") }
        var points: [String] = []
        for item in items { points.append(try item.words(lengthMax: PanelLimits.pointLengthMax)) }
        return points
    }
}

extension DefinitionField {
    /// A text that says something.
    fileprivate func words(lengthMax: Int) throws(DefinitionError) -> String {
        let text = try text(lengthMax: lengthMax)
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw failure(.value, "is empty; it takes a text")
        }
        return text
    }

    fileprivate func participantName() throws(DefinitionError) -> String {
        let text = try text()
        guard Participant.isName(text) else {
            throw failure(
                .name,
                "does not fit; it takes a lower-case letter, then lower-case letters, digits and '-', at most "
                    + "\(PanelLimits.nameLengthMax)")
        }
        return text
    }

    fileprivate func modelReference() throws(DefinitionError) -> ModelReference {
        guard let model = ModelReference(try text()) else {
            throw failure(.value, "does not fit; it takes \(ModelReference.expectation)")
        }
        return model
    }
}

extension Panel {
    /// The bytes of all texts together.
    fileprivate var textSize: Int {
        let own = [description, goal, moderatorFocus].reduce(0) { $0 + ($1?.utf8.count ?? 0) }
        return participants.reduce(own) { sum, participant in
            let texts =
                [participant.role, participant.expertise, participant.perspective, participant.instructions]
                + participant.focus + participant.leaves
            return texts.reduce(sum) { $0 + $1.utf8.count }
        }
    }
}
