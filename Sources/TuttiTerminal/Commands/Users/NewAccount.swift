import TuttiAccess
import TuttiCore
import TuttiRuntime

/// An account that is made on the machine itself, by nobody who has logged in.
struct NewAccount {
    let accounts: Accounts
    let actor: AuditActor

    /// The roles of who is given none.
    static let rolesUsual: Set<String> = ["user"]

    static let password = HiddenInput(
        name: "the password", question: "Password", bytesMax: PasswordRule.bytesMax, mayHaveLines: false)

    /// Says before a password is typed what would be refused behind it.
    ///
    /// - Throws: `AccountError` `username_exists`, `email_exists`.
    func checkFree(_ names: UserNames) async throws(AccountError) {
        if try await accounts.store.user(login: names.username, tenant: accounts.tenant) != nil { throw .usernameTaken }
        if try await accounts.store.user(login: names.email, tenant: accounts.tenant) != nil { throw .emailTaken }
    }

    /// Keeps a new person, and tells of it.
    ///
    /// - Throws: `AccountError`, also `not_first` when somebody else has just made the first account.
    func add(
        _ names: UserNames, _ password: PasswordHash, isImported: Bool, _ roles: Set<String>, isFirst: Bool
    ) async throws(AccountError) -> User {
        let now = accounts.now
        let user = User(
            id: LockedGenerator().draw { UserID(at: now, using: &$0) }, tenant: accounts.tenant,
            username: names.username, email: names.email, isEmailVouched: true, name: names.name, password: password,
            roles: roles, created: now)
        var details = ["roles": roles.sorted().joined(separator: " ")]
        if isImported { details["scheme"] = password.schemeName }
        try await accounts.store.add(
            user, using: nil, isFirst: isFirst, at: now,
            telling: AuditDraft(
                time: now, tenant: accounts.tenant, actor: actor, action: isImported ? .userImported : .userRegistered,
                target: AuditTarget(kind: "user", id: user.id.text), details: details))
        return user
    }

    // MARK: Hashes

    /// The hash of a password that a person types, or that comes through standard input.
    static func hash(asking context: CommandContext) async throws -> PasswordHash {
        let password = try await password.readTwice(in: context)
        do throws(PasswordError) {
            return try await PasswordHasher().hash(password)
        } catch {
            throw InputError("the password: \(error.message)")
        }
    }

    /// The hash that a file holds, on one line. What is wrong with it is told without a word of it.
    static func hash(in path: String, _ input: CommandInput) throws -> PasswordHash {
        let limit = DocumentReader.Limit(
            bytes: PasswordHash.bytesMax + 2, name: "a hash", advice: "give a file with nothing but the hash")
        let text = try DocumentReader.read(path, standardInput: input.descriptor, limit: limit)
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.count == 1, let line = lines.first else {
            throw InputError("--hash-file: \(path) has several lines; give a file with one hash")
        }
        do throws(PasswordHashError) {
            return try PasswordHash(String(line.filter { !$0.isWhitespace }))
        } catch {
            throw InputError("--hash-file: \(error.message)")
        }
    }
}
