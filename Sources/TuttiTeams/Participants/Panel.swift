import TuttiCore
public import TuttiDocuments
import TuttiYAML

/// Who sits at a roundtable, what for, and what its moderator looks to.
///
/// ```swift
/// let panel = try Panel.read(text, file: "panel.yaml")
/// panel.participants.map(\.name)   // ["security", "operations"]
/// ```
public struct Panel: Codable, Sendable, Hashable {
    /// What the panel is good for, for those who choose one.
    public var description: String?
    /// What sort of document it is for; `nil` to have it detected.
    public var kind: DocumentKind?
    /// What the document is to achieve; findings are weighed by it.
    public var goal: String?
    /// What the moderator looks to when it changes the document.
    public var moderatorFocus: String?
    /// In the order of reports.
    public var participants: [Participant]

    /// A panel from its parts.
    public init(
        participants: [Participant], description: String? = nil, kind: DocumentKind? = nil, goal: String? = nil,
        moderatorFocus: String? = nil
    ) {
        self.participants = participants
        self.description = description
        self.kind = kind
        self.goal = goal
        self.moderatorFocus = moderatorFocus
    }
}

extension Panel {
    /// The panel as a file for people to edit; ``read(_:file:)`` gives an equal one.
    public var yaml: String {
        var members: [(key: String, value: YAMLOutput)] = []
        func add(_ key: String, _ text: String?) { if let text { members.append((key, .text(text))) } }
        add("description", description)
        add("kind", kind?.rawValue)
        add("goal", goal)
        add("moderator_focus", moderatorFocus)
        members.append(("participants", .list(participants.map(\.yaml))))
        return YAMLWriter.write(members)
    }

    /// Holds a panel that no file has brought against the rules of files.
    ///
    /// - Throws: ``DefinitionError``, with the place that the mistake would have in the file.
    public func check() throws(DefinitionError) { _ = try Panel.read(yaml, file: "panel") }
}

extension Participant {
    /// In the order in which one gets to know somebody; the long text is the last.
    fileprivate var yaml: YAMLOutput {
        var members: [(key: String, value: YAMLOutput)] = [("name", .text(name)), ("role", .text(role))]
        if let model { members.append(("model", .text(model.description))) }
        if let style { members.append(("style", .text(style.rawValue))) }
        members.append(("expertise", .text(expertise)))
        members.append(("perspective", .text(perspective)))
        members.append(("focus", .list(focus.map(YAMLOutput.text))))
        if !leaves.isEmpty { members.append(("leaves", .list(leaves.map(YAMLOutput.text)))) }
        members.append(("instructions", .text(instructions)))
        return .mapping(members)
    }
}
