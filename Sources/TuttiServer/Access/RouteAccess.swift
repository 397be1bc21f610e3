package import TuttiAccess

/// Who may use a route, whose things it reaches, and what is told of its use.
package struct RouteAccess: Sendable, Hashable {
    /// Who may.
    package enum Who: Sendable, Hashable {
        /// Anybody: it says nothing of anybody, or is how one becomes known.
        case anybody
        /// Anybody on a server that only its machine reaches, elsewhere who has the permission.
        case machine(Permission)
        /// Whoever is known.
        case known
        /// Who has the permission.
        case permitted(Permission)
    }

    /// Whose things it is about: what keeps the caller from those of others.
    package enum Ownership: String, Sendable, Hashable, CaseIterable {
        /// Nothing that belongs to anybody.
        case none
        /// What everybody in the organisation shares, and nobody outside of it.
        case organisation
        /// The run of the path, if the caller may see it.
        case run
        /// The session of the path, which is a run.
        case session
        /// The project of the path, if the caller may see it.
        case project
        /// A listing of what the caller may see.
        case listing
        /// What is made belongs to the caller.
        case maker
        /// The caller itself.
        case person
        /// A person, key or session of the path: the caller's own, or anybody's with the right to that.
        case account
        /// A secret of the caller's own, or of a scope that it may write.
        case secret
    }

    package let who: Who
    package let ownership: Ownership
    /// What the audit log calls it; `nil` for what changes nothing, or tells of itself.
    package let change: AuditAction?
    /// Whether a secret is in its body or its answer, so that neither may be kept.
    package let holdsSecret: Bool
    /// Whether an API key is refused: one that has got into wrong hands must not be worth an account, and must not
    /// outlive its own end by what it makes.
    var needsLogin = false
    /// What it makes, where the answer names that.
    var made: Made?

    /// What a route makes, and the member of its answer that names it.
    package struct Made: Sendable, Hashable {
        let kind: String
        let member: String

        static let run = Made(kind: "run", member: "id")
        static let session = Made(kind: "run", member: "session_id")
        static let execution = Made(kind: "run", member: "run_id")
        static let project = Made(kind: "project", member: "id")
        static let secret = Made(kind: "secret", member: "id")
    }

    /// The same for who has logged in only.
    var byLogin: RouteAccess {
        var access = self
        access.needsLogin = true
        return access
    }

    /// The same, naming what it makes.
    func making(_ made: Made) -> RouteAccess {
        var access = self
        access.made = made
        return access
    }

    /// What one needs to be permitted, if anything.
    var permission: Permission? {
        switch who {
        case .anybody, .known: nil
        case .machine(let permission), .permitted(let permission): permission
        }
    }

    init(
        _ who: Who, _ ownership: Ownership = .none, telling change: AuditAction? = nil, holdsSecret: Bool = false
    ) {
        self.who = who
        self.ownership = ownership
        self.change = change
        self.holdsSecret = holdsSecret
    }

    static func permitted(
        _ permission: Permission, _ ownership: Ownership, telling change: AuditAction? = nil, holdsSecret: Bool = false
    ) -> RouteAccess {
        RouteAccess(.permitted(permission), ownership, telling: change, holdsSecret: holdsSecret)
    }

    /// The rule of an operation.
    ///
    /// A route without one is a mistake that must not be served: the server does not start.
    static func of(_ operation: String) -> RouteAccess {
        guard let access = RouteAccessTable.rules[operation] else {
            preconditionFailure("the operation '\(operation)' is missing in the table of who may use it")
        }
        return access
    }
}
