import Glibc
import TuttiAccess
import TuttiAccessSQLite
import TuttiConfiguration
import TuttiCore
import TuttiRuntime
import TuttiStoreSQLite

extension CommandContext {
    /// Opens accounts, secrets and the audit log of the home that a command line means, and closes them behind `body`.
    ///
    /// - Throws: ``InputError`` and ``CommandFailure`` with the words of what went wrong; what `body` throws.
    func withAccess<Output>(
        _ arguments: Arguments, _ body: (HomeAccess) async throws -> Output
    ) async throws -> Output {
        let configuration = try configuration(for: arguments)
        return try await AccessFailure.telling {
            let access = try HomeAccess.open(configuration, environment: environment, clock: SystemTimekeeper())
            return try await closing({ await access.store.close() }) { try await body(access) }
        }
    }

    /// The same for who only looks: nothing is made in a home in which nothing was ever kept.
    ///
    /// - Returns: `nil` when there is nothing to look at.
    func withAccessIfThere<Output>(
        _ arguments: Arguments, _ body: (HomeAccess) async throws -> Output
    ) async throws -> Output? {
        let hasVault = try configuration(for: arguments).value(of: ConfigurationKeys.vaultAddress) != nil
        guard try home(for: arguments).hasAccess || hasVault else { return nil }
        return try await withAccess(arguments, body)
    }

    /// The same for who wants to change what has to be there.
    ///
    /// - Throws: ``CommandFailure`` when nothing was ever kept here; as ``withAccess(_:_:)``.
    func withAccounts<Output>(
        _ arguments: Arguments, _ body: (HomeAccess) async throws -> Output
    ) async throws -> Output {
        let home = try home(for: arguments)
        guard home.hasAccess else {
            throw CommandFailure(
                "nobody has an account in \(home.path) yet; 'tutti users add USERNAME --email ADDRESS' makes the first")
        }
        return try await withAccess(arguments, body)
    }

    /// Opens the audit log alone, for which no key is needed.
    ///
    /// - Returns: `nil` when nothing was ever kept here.
    func withAuditLog<Output>(
        _ arguments: Arguments, _ body: (SQLiteAccessStore) async throws -> Output
    ) async throws -> Output? {
        let home = try home(for: arguments)
        guard home.hasAccess else { return nil }
        return try await AccessFailure.telling {
            let store = SQLiteAccessStore(home: home.path)
            return try await closing({ await store.close() }) { try await body(store) }
        }
    }

    /// Who does it, as the audit log names it.
    var machineActor: AuditActor {
        AuditActor(id: nil, name: environment["USER"] ?? Person.name(nil), credential: .machine)
    }

    /// From where it is done: the machine itself.
    var machineVisit: Visit { Visit(address: "", device: "tutti") }
}

extension HomeFolder {
    /// Whether accounts, secrets or the audit log were ever kept here.
    var hasAccess: Bool { unsafe access(path + "/access.db", F_OK) == 0 }
}
