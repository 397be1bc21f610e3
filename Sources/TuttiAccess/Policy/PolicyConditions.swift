import TuttiCore

/// What has to hold of a question beside who asks what and where.
///
/// A class, since a decision may look at hundreds of them: copying one would count five references up and down.
final class PolicyConditions: Sendable {
    private let hours: PolicyHours?
    private let project: [NamePattern]?
    private let categories: [NamePattern]?
    private let agents: [NamePattern]?
    private let attributes: [(name: String, value: JSONValue)]

    init(_ rule: PolicyDocument.Rule) {
        hours = rule.hours
        project = rule.project
        categories = rule.categories
        agents = rule.agents
        attributes = rule.attributes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The one category that it is about, if it names one and no pattern.
    var onlyCategory: String? {
        guard let categories, categories.count == 1, let only = categories.first, only.isPlain else { return nil }
        return only.text
    }

    /// Whether there is nothing to look at.
    var areNone: Bool {
        hours == nil && project == nil && categories == nil && agents == nil && attributes.isEmpty
    }

    func hold(for question: PolicyQuestion) -> Bool {
        let resource = question.resource
        if let categories, !categories.contains(where: { $0.covers(resource.category) }) { return false }
        if let agents, !agents.contains(where: { $0.covers(resource.agent) }) { return false }
        if let project, !project.contains(where: { $0.covers(resource.project) }) { return false }
        for (name, value) in attributes where !value.isEqual(to: resource.attributes[name]) { return false }
        return hours?.contains(question.time) ?? true
    }
}

extension PolicyResource {
    /// The agent that it is, or that it is about: an attribute `agent` names it.
    fileprivate var agent: String? { kind == "agent" ? id : attributes["agent"]?.stringValue }
}

extension JSONValue {
    /// Numbers are equal by what they are worth, however they are written.
    fileprivate func isEqual(to other: JSONValue?) -> Bool {
        switch (self, other) {
        case (.int(let own), .double(let number)): Double(own) == number
        default: self == other
        }
    }
}
