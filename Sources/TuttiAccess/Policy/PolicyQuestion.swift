package import TuttiCore

/// May somebody do something to something, here and now?
package struct PolicyQuestion: Sendable, Hashable {
    /// Who asks.
    package var principal: Principal
    /// What they want to do.
    package var permission: Permission
    /// To what.
    package var resource: PolicyResource
    /// Where the server runs: `dev`, `stage`, `prod` or `test`, in lower case.
    package var environment: String
    package var time: Timestamp
    /// Whether somebody who may has approved of exactly this. Whoever asks answers for it.
    package var approved: Bool

    /// A question from its parts; the environment is taken in lower case.
    package init(
        principal: Principal, permission: Permission, resource: PolicyResource, environment: String, time: Timestamp,
        approved: Bool = false
    ) {
        self.principal = principal
        self.permission = permission
        self.resource = resource
        self.environment = environment.lowercased()
        self.time = time
        self.approved = approved
    }
}

/// What a question is about: one thing, or a kind of things that are to be listed or made.
package struct PolicyResource: Sendable, Hashable {
    /// Such as `run`, `project`, `agent`.
    package var kind: String
    /// `nil` when it is about no thing in particular.
    package var id: String?
    /// Whose it is, as ``Principal/id``; `nil` when nobody is known, and then a reach of `own` leaves the check of each
    /// thing to whoever asks.
    package var owner: String?
    /// The project it is in. Who lists or makes things for a caller whose key is for one project names that project.
    package var project: String?
    /// Of agents.
    package var category: String?
    /// More that rules may look at, such as the role that is to be given away.
    package var attributes: [String: JSONValue]

    package init(
        kind: String, id: String? = nil, owner: String? = nil, project: String? = nil, category: String? = nil,
        attributes: [String: JSONValue] = [:]
    ) {
        self.kind = kind
        self.id = id
        self.owner = owner
        self.project = project
        self.category = category
        self.attributes = attributes
    }
}
