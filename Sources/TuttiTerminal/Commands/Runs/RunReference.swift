import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// How a person names a run: the beginning of its identifier, with or without `run_`, in any case.
struct RunReference: Hashable {
    /// As it was typed.
    let typed: String
    /// The beginning of an identifier, `run_` included.
    let beginning: String

    /// The digits of identifiers (Crockford's base32) and how many there are.
    private static let digits = Set("0123456789abcdefghjkmnpqrstvwxyz")
    private static let digitsMax = 26

    /// - Throws: ``InputError`` when no identifier begins so.
    init(_ typed: String) throws(InputError) {
        self.typed = typed
        let head = RunID.prefix + "_"
        let lowered = typed.lowercased()
        let digits = lowered.hasPrefix(head) ? lowered.dropFirst(head.count) : lowered[...]
        guard !digits.isEmpty, digits.count <= Self.digitsMax, digits.allSatisfy(Self.digits.contains) else {
            throw InputError(
                "'\(typed.prefix(60))' is no beginning of a run's identifier, which looks like "
                    + "run_01k9z3wq4e5v6s7t8a9b0c1d2f; 'tutti runs ls' lists the runs")
        }
        beginning = head + digits
    }

    /// How many candidates an error lists.
    private static let candidatesMax = 8

    /// The one run that is meant.
    ///
    /// - Parameter store: `nil` when there is no database yet.
    /// - Throws: ``CommandFailure`` when there is none, or more than one; `StoreError`.
    func find(in store: SQLiteJournalStore?) async throws -> RunID {
        let found = try await store?.runs(
            beginningWith: beginning, tenant: RunReference.tenant, limit: Self.candidatesMax + 1)
        guard let found, let first = found.first else {
            throw CommandFailure("there is no run '\(typed)'; 'tutti runs ls' lists what there is")
        }
        guard found.count > 1 else { return first }
        let shown =
            found.prefix(Self.candidatesMax).map { "  \($0)" } + (found.count > Self.candidatesMax ? ["  …"] : [])
        throw CommandFailure(
            "'\(typed)' is the beginning of several runs; type more of it:\n" + shown.joined(separator: "\n"))
    }

    /// The organisation whose runs a local command sees.
    static let tenant = "default"
}
