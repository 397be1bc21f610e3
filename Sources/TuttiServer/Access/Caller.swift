package import TuttiAccess
import TuttiCore

/// Who asks, and how far what is asked for reaches.
///
/// What the handlers read is held to it wherever they read it: without a caller there is nothing to be seen.
package final class Caller: Sendable {
    package let principal: Principal
    /// What was decided on; `nil` where nothing had to be.
    package let reach: Reach?
    /// The address of the network that it comes from.
    package let address: String
    /// What somebody else has approved of, for this request.
    package let approved: Permission?
    /// Its request, for what has to be decided beside the route.
    let asker: PolicyAsker?

    package convenience init(principal: Principal, reach: Reach?, address: String) {
        self.init(principal: principal, reach: reach, address: address, approved: nil, asker: nil)
    }

    init(principal: Principal, reach: Reach?, address: String, approved: Permission? = nil, asker: PolicyAsker?) {
        self.principal = principal
        self.reach = reach
        self.address = address
        self.approved = approved
        self.asker = asker
    }

    /// Who asks for what the present task does; `nil` for nobody that is known.
    @TaskLocal package static var current: Caller?

    /// Whose runs and projects it sees; `nil` for nobody's.
    var seen: RunAccount? { seen(within: reach) }

    /// What it would see if that were how far a permission reaches.
    func seen(within reach: Reach?) -> RunAccount? {
        switch reach {
        case .all: RunAccount(project: principal.project)
        // Who has no name here owns nothing that could be told from what others own.
        case .own: principal.id.map { RunAccount(person: $0, project: principal.project) }
        case nil: nil
        }
    }

    /// What people call who asks for what the present task does.
    static var name: String { current?.principal.name ?? "nobody" }

    /// For whom what it starts is.
    var account: RunAccount { RunAccount(person: principal.id, project: principal.project) }

    /// The person, where one with an account asks.
    var user: UserID? { principal.id.flatMap { UserID($0) } }

    /// The session that it asks in.
    var session: SessionID? { if case .session(let id) = principal.credential { id } else { nil } }

    /// Does something as this caller.
    func perform<Output>(_ body: () async throws -> Output) async rethrows -> Output {
        try await Self.$current.withValue(self) {
            try await RunAccount.$current.withValue(account) { try await body() }
        }
    }
}
