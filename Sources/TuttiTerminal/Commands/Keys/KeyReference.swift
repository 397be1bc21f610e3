import TuttiAccess
import TuttiCore

/// An API key, as somebody types it: the beginning of its identifier.
struct KeyReference {
    private let typed: String

    private static let candidatesMax = 8

    /// - Throws: `InputError` for what is no beginning of an identifier.
    init(_ typed: String) throws(InputError) {
        if typed.hasPrefix(OpaqueToken.Kind.apiKey.rawValue) {
            throw InputError(
                "ID: this is a key itself, which now stands in the history of your shell; give its identifier, as "
                    + "'tutti keys ls' shows it")
        }
        let head = APIKeyID.prefix + "_"
        let lowered = typed.lowercased()
        guard lowered.hasPrefix(head), lowered.utf8.count > head.utf8.count else {
            throw InputError(
                "ID: '\(CleanText.line(typed, bytesMax: 60))' is no beginning of a key's identifier, which looks like "
                    + "key_01k9z3wq4e5v6s7t8a9b0c1d2f; 'tutti keys ls' lists the keys")
        }
        self.typed = lowered
    }

    /// The one key whose identifier begins so.
    ///
    /// - Throws: `CommandFailure` when there is none, or more than one; `AccountError`.
    func find(in accounts: Accounts) async throws -> APIKey {
        let keys = try await accounts.store.keys(
            of: nil, tenant: accounts.tenant, limit: KeysListCommand.listedMax)
        let found = keys.filter { $0.id.text.hasPrefix(typed) }
        guard let first = found.first else { throw unknown }
        guard found.count > 1 else { return first }
        throw CommandFailure(
            "'\(CleanText.line(typed, bytesMax: 60))' is the beginning of several keys; type more of it:\n"
                + found.prefix(Self.candidatesMax).map { "  \($0.id) \(ShownText.line($0.name))" }
                .joined(separator: "\n"))
    }

    var unknown: CommandFailure {
        CommandFailure(
            "there is no key '\(CleanText.line(typed, bytesMax: 60))'; 'tutti keys ls' lists what there is")
    }
}
