import Testing
import TuttiAccessSQLite
import TuttiCore
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite
import TuttiTesting

@testable import TuttiAccess
@testable import TuttiAccessSQLite

struct AccountRaceTests {
    private func refusal<Output>(_ body: () async throws -> Output) async -> String? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? AccountError)?.code ?? "\(error)"
        }
    }

    private func reset(_ world: AccountWorld, _ user: User, by owner: User) async throws {
        let code = try await world.accounts.makeResetCode(
            for: user.id, by: world.actor(owner), from: AccountWorld.visit)
        try await world.accounts.resetPassword(
            code: code.code.revealed, to: SecretText("the new password"), from: AccountWorld.visit)
    }

    /// A login with the old password must not outlive the new one, nor put the old one back.
    @Test(arguments: [nil, "$2b$04$xqnY3SJt86.YaxlMqxNtJuCETa9aDC44r9zCwreN44ZcttITKYx8."])
    func aPasswordThatChangesDuringALoginIsTheOneThatCounts(imported: String?) async throws {
        try await AccountWorld.with { world in
            let owner = try await world.register("olga")
            let old = imported == nil ? AccountWorld.password : SecretText("correct horse")
            let user: User
            if let imported {
                user = try await world.accounts.add(
                    try UserNames(username: "ada", email: "ada@example.org"), password: try PasswordHash(imported),
                    roles: ["user"], by: world.actor(owner))
            } else {
                user = try await world.register("ada")
            }
            world.store.interrupt { try await reset(world, user, by: owner) }
            #expect(await refusal { try await world.login("ada", old) } == "login_refused")
            let sessions = try await world.store.sessions(
                of: user.id, tenant: "default", at: world.clock.now(), limit: 10)
            #expect(sessions.isEmpty)
            #expect(await refusal { try await world.login("ada", old) } == "login_refused")
            #expect(try await world.login("ada", SecretText("the new password")).user.id == user.id)
        }
    }

    @Test func rolesThatChangeDuringALoginCount() async throws {
        try await AccountWorld.with { world in
            let owner = try await world.register("olga")
            let user = try await world.accounts.add(
                try UserNames(username: "ada", email: "ada@example.org"),
                password: try await world.accounts.hash(AccountWorld.password), roles: ["admin"],
                by: world.actor(owner))
            world.store.interrupt {
                _ = try await world.accounts.change(
                    user.id, UserChange(roles: ["user"]), by: world.actor(owner), from: AccountWorld.visit)
            }
            let login = try await world.login("ada")
            #expect(try await world.credential(login.accessToken)?.principal.roles == ["user"])
        }
    }

    @Test(arguments: [true, false])
    func whoIsClosedOutOrRemovedDuringALoginIsOut(isRemoved: Bool) async throws {
        try await AccountWorld.with { world in
            let owner = try await world.register("olga")
            let user = try await world.register("ada")
            world.store.interrupt {
                if isRemoved {
                    try await world.accounts.remove(user.id, by: world.actor(owner), from: AccountWorld.visit)
                } else {
                    _ = try await world.accounts.change(
                        user.id, UserChange(isActive: false), by: world.actor(owner), from: AccountWorld.visit)
                }
            }
            #expect(await refusal { try await world.login("ada") } == "login_refused")
        }
    }

    @Test func nobodyWhoIsGoneGetsAKey() async throws {
        try await AccountWorld.with { world in
            let owner = try await world.register("olga")
            let user = try await world.register("ada")
            try await world.accounts.remove(user.id, by: world.actor(owner), from: AccountWorld.visit)
            let code = await refusal {
                try await world.accounts.makeKey(
                    named: "k", for: user.id, scopes: nil, project: nil, lifetime: nil, by: world.actor(user),
                    from: AccountWorld.visit)
            }
            #expect(code == "user_not_found")
            #expect(try await world.store.keys(of: nil, tenant: "default", limit: 10).isEmpty)
        }
    }

    @Test func usedTokensOfASessionAreBounded() async throws {
        try await AccountWorld.with { world in
            _ = try await world.register("ada")
            var tokens = [try await world.login("ada").refreshToken.revealed]
            for _ in 0..<(AccountLimits.usedTokensMax + 3) {
                world.clock.advance(by: .seconds(1))
                let next = try await world.accounts.refresh(tokens[tokens.count - 1], from: AccountWorld.visit)
                tokens.append(next.refreshToken.revealed)
            }
            let rows = try await world.files.using { connection throws(StoreError) in
                try connection.number("select count(*) from refresh")
            }
            #expect(rows == Int64(AccountLimits.usedTokensMax + 1))
            // One that is forgotten is refused; one that is remembered ends the session.
            #expect(await refusal { try await world.accounts.refresh(tokens[0], from: AccountWorld.visit) } != nil)
            let last = tokens[tokens.count - 1]
            let fresh = try await world.accounts.refresh(last, from: AccountWorld.visit)
            #expect(await refusal { try await world.accounts.refresh(last, from: AccountWorld.visit) } != nil)
            #expect(try await world.credential(fresh.accessToken) == nil)
        }
    }

    // MARK: Other issuers

    /// Who has made an account with another's address must not get that one's work.
    @Test(arguments: [true, false])
    func anAccountThatSomebodyMadeInAdvanceIsNotJoined(isOpen: Bool) async throws {
        try await AccountWorld.with { world in
            _ = try await world.register("olga")
            let planted = try await world.register("victim")
            func login(_ email: String?) async throws -> Login {
                try await world.accounts.login(
                    issuer: "https://id.example", subject: "s-1", email: email, name: "V",
                    under: RegistrationRules(needsSetupCode: false, isOpen: isOpen), from: AccountWorld.visit)
            }
            #expect(await refusal { try await login("Victim@example.org") } == "address_taken")
            if isOpen {
                // One that is new is the issuer's own.
                let made = try await login("new@example.org")
                #expect(made.user.id != planted.id && made.user.roles == ["user"])
                #expect(try await login("victim@example.org").user.id == made.user.id)
            } else {
                // An owner looks into it, and vouches for the address.
                _ = try await world.accounts.change(
                    planted.id, UserChange(email: "victim@example.org"), by: .program, from: AccountWorld.visit)
                #expect(try await login("victim@example.org").user.id == planted.id)
            }
            #expect(await refusal { try await login(nil) } == nil)
        }
    }

    /// An invitation that names an address vouches for it, one that does not vouches for nothing; the first account
    /// vouches for itself.
    @Test(arguments: [nil, "bea@example.org"])
    func theAddressOfAnInvitationIsJoined(invited: String?) async throws {
        try await AccountWorld.with { world in
            let olga = try await world.register("olga")
            let closed = RegistrationRules(needsSetupCode: false, isOpen: false)
            let code = try await world.accounts.invite(
                roles: ["user"], email: invited, by: .program, from: AccountWorld.visit
            ).code
            let bea = try await world.accounts.register(
                Registration(
                    username: "bea", email: "bea@example.org", password: AccountWorld.password, code: code.revealed),
                under: closed, from: AccountWorld.visit)
            func login(_ email: String) async throws -> UserID {
                try await world.accounts.login(
                    issuer: "https://id.example", subject: email, email: email, name: "B", under: closed,
                    from: AccountWorld.visit
                ).user.id
            }
            #expect(try await login("olga@example.org") == olga.id)
            if invited == nil {
                #expect(await refusal { try await login("bea@example.org") } == "address_taken")
            } else {
                #expect(try await login("bea@example.org") == bea.id)
            }
        }
    }

    @Test func anAddressThatNobodyHasConfirmedJoinsNothing() async throws {
        try await AccountWorld.with { world in
            _ = try await world.register("olga")
            for isOpen in [true, false] {
                let rules = RegistrationRules(needsSetupCode: false, isOpen: isOpen)
                let code = await refusal {
                    try await world.accounts.login(
                        issuer: "https://id.example", subject: "s-1", email: nil, name: "olga", under: rules,
                        from: AccountWorld.visit)
                }
                #expect(code == "registration_closed")
            }
        }
    }

    @Test func twoChangesAtOnceAreOneAndAnError() async throws {
        try await AccountWorld.with { world in
            let owner = try await world.register("olga")
            let results = await withTaskGroup(of: String?.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        await refusal {
                            try await world.accounts.changePassword(
                                of: owner.id, from: AccountWorld.password, to: SecretText("new password \(number)"),
                                keeping: nil, by: world.actor(owner), visit: AccountWorld.visit)
                        }
                    }
                }
                return await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(results.count { $0 == nil } == 1)
            #expect(results.allSatisfy { [nil, "version_changed", "login_refused", "login_delayed"].contains($0) })
        }
    }

    /// An owner who takes the other's role while that one takes his: one of them stays.
    @Test func twoOwnersDoNotMakeEachOtherNone() async throws {
        try await AccountWorld.with { world in
            let one = try await world.register("olga")
            let two = try await world.accounts.add(
                try UserNames(username: "otto", email: "otto@example.org"), password: nil, roles: [User.owner],
                by: world.actor(one))
            let results = await withTaskGroup(of: String?.self) { group in
                for (victim, by) in [(one, two), (two, one)] {
                    group.addTask {
                        await refusal {
                            try await world.accounts.remove(victim.id, by: world.actor(by), from: AccountWorld.visit)
                        }
                    }
                }
                return await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(results.count { $0 == nil } == 1 && results.contains("last_owner"))
        }
    }

    // MARK: The log

    /// Every change of accounts and its entry are one: without the entry nothing is changed.
    @Test func whatCannotBeToldIsNotDone() async throws {
        try await AccountWorld.with { world in
            let owner = try await world.register("olga")
            let user = try await world.register("ada")
            let login = try await world.login("ada")
            let key = try await world.accounts.makeKey(
                named: "k", for: user.id, scopes: nil, project: nil, lifetime: nil, by: world.actor(user),
                from: AccountWorld.visit)
            let invitation = try await world.accounts.invite(
                roles: ["user"], email: nil, by: world.actor(owner), from: AccountWorld.visit)
            let resetCode = try await world.accounts.makeResetCode(
                for: user.id, by: world.actor(owner), from: AccountWorld.visit)
            let rows = try await counts(world)
            try await world.files.using { connection throws(StoreError) in
                try connection.execute(
                    "create trigger full before insert on audit begin select raise(abort, 'full'); end")
            }
            let (by, visit) = (world.actor(owner), AccountWorld.visit)
            let accounts = world.accounts
            let changes: [@Sendable () async throws -> Void] = [
                { _ = try await world.register("eve") }, { _ = try await world.login("ada") },
                { _ = try await world.login("ada", SecretText("wrong wrong")) },
                { _ = try await accounts.change(user.id, UserChange(name: "x"), by: by, from: visit) },
                { _ = try await accounts.change(user.id, UserChange(isActive: false), by: by, from: visit) },
                { try await accounts.remove(user.id, by: by, from: visit) },
                { _ = try await accounts.end(login.session.id, of: nil, by: by, from: visit) },
                { _ = try await accounts.endAll(of: user.id, by: by, from: visit) },
                { _ = try await accounts.revoke(key.key.id, of: nil, by: by, from: visit) },
                {
                    _ = try await accounts.makeKey(
                        named: "l", for: user.id, scopes: nil, project: nil, lifetime: nil, by: by, from: visit)
                },
                { _ = try await accounts.invite(roles: ["user"], email: nil, by: by, from: visit) },
                {
                    let hint = String(invitation.code.revealed.prefix(8))
                    _ = try await accounts.withdrawInvitation(hint: hint, by: by, from: visit)
                },
                { _ = try await accounts.makeResetCode(for: user.id, by: by, from: visit) },
                {
                    try await accounts.resetPassword(
                        code: resetCode.code.revealed, to: SecretText("another good one"), from: visit)
                },
                {
                    try await accounts.changePassword(
                        of: user.id, from: AccountWorld.password, to: SecretText("another good one"), keeping: nil,
                        by: by, visit: visit)
                },
                { _ = try await accounts.makeSetupCode() }, { try await accounts.signingKeys.rotate() },
            ]
            for (number, change) in changes.enumerated() {
                #expect(await refusal(change) == AccountError.unusableCode, "\(number)")
            }
            try await world.files.using { connection throws(StoreError) in try connection.execute("drop trigger full") }
            #expect(try await counts(world) == rows)
            #expect(try await world.credential(login.accessToken) != nil)
            #expect(try await world.credential(key.text) != nil)
            let verdict = try await world.files.verify()
            guard case .whole = verdict else { return #expect(Bool(false), "\(verdict)") }
        }
    }

    /// How many rows there are of each kind, and which passwords.
    private func counts(_ world: AccountWorld) async throws -> [String] {
        try await world.files.using { connection throws(StoreError) in
            var all: [String] = []
            for table in ["user", "session", "refresh", "api_key", "code", "identity", "signing_key", "audit"] {
                all.append("\(table) \(try connection.number("select count(*) from \(table)") ?? 0)")
            }
            all += try connection.query("select username || password || is_active || version from user order by id") {
                row throws(StoreError) in row.text(0)
            }
            return all
        }
    }
}
