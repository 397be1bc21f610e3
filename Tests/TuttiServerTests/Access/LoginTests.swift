import Testing
import TuttiCore
import TuttiHTTP
import TuttiRuntime
import TuttiTesting

@testable import TuttiAccess
@testable import TuttiServer

@Suite("Logging in and making accounts", .timeLimit(.minutes(2)))
struct LoginTests {
    private func login(
        _ desk: ServerDesk, _ name: String, _ password: String = "wrong wrong", from address: String = "127.0.0.1"
    ) async throws -> ServerDesk.Answer {
        try await desk.ask(
            .post, "/auth/login", ["username": .string(name), "password": .string(password)], from: address)
    }

    /// An answer without what names the request.
    private func plain(_ answer: ServerDesk.Answer) -> JSONValue? {
        guard case .object(var members) = answer.json else { return nil }
        members["request_id"] = nil
        return .object(members)
    }

    @Test func tellsNobodyWhoHasAnAccount() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            _ = try await desk.ask(.patch, "/api/v1/users/\(ada.id)", ["active": false], headers: owner.token)
            let hasher = desk.access.accounts.hasher
            var answers: [JSONValue?] = []
            for (name, password) in [
                ("nobody", "wrong wrong"), ("olga", "wrong wrong"), ("ada", ServerDesk.password),
                ("olga@example.org", "wrong wrong"), ("none@example.org", "wrong wrong"), ("ada", "wrong wrong"),
            ] {
                let before = hasher.hashesDone
                let answer = try await login(desk, name, password)
                #expect(answer.status == 401 && answer.code == "login_refused")
                // One hash each: the time tells nothing either.
                #expect(hasher.hashesDone == before + 1, "\(name)")
                answers.append(plain(answer))
            }
            #expect(Set(answers).count == 1)
            // Resets and registrations tell nothing without a code.
            for email in ["olga@example.org", "new@example.org"] {
                let answer = try await desk.post(
                    "/auth/register",
                    ["username": "newcomer", "email": .string(email), "password": "long enough"])
                #expect(answer.status == 403 && answer.code == "registration_closed")
            }
        }
    }

    @Test func waitsLongerAfterEachTryInVain() async throws {
        let clock = ManualClock()
        try await ServerDesk.withOwner(clock: clock) { desk, _ in
            for _ in 0..<3 { #expect(try await login(desk, "olga").status == 401) }
            for seconds in [1, 2, 4, 8] {
                let answer = try await login(desk, "olga", ServerDesk.password)
                #expect(answer.status == 429 && answer.code == "login_delayed")
                #expect(answer.headers["Retry-After"] == "\(seconds)")
                clock.advance(by: .seconds(seconds))
                #expect(try await login(desk, "olga").status == 401)
            }
            #expect(try await desk.audit("login.delayed").count == 4)
            // By another name of the account, from elsewhere, in other letters: the same account.
            let upper = try await login(desk, "OLGA", ServerDesk.password)
            #expect(upper.code == "login_delayed")
            clock.advance(by: .seconds(16))
            #expect(try await login(desk, "olga", ServerDesk.password).status == 200)
            // A right one forgives.
            #expect(try await login(desk, "olga").status == 401)
        }
    }

    /// An account has one delay, and a name of nobody has one by itself.
    @Test func anAddressIsNoWayAroundTheDelayOfAName() async throws {
        try await ServerDesk.withOwner(clock: ManualClock()) { desk, owner in
            for _ in 0..<3 { #expect(try await login(desk, "olga").status == 401) }
            for name in ["olga", "olga@example.org", "Olga@Example.org"] {
                let answer = try await login(desk, name, ServerDesk.password)
                #expect(answer.code == "login_delayed" && answer.text.contains("try again in 1 s"), "\(answer.text)")
            }
            for name in ["nobody@example.org", owner.id] {
                #expect(try await login(desk, name).status == 401, "\(name)")
            }
        }
    }

    @Test func aHundredAtOnceAreNotAHundredTries() async throws {
        try await ServerDesk.withOwner(clock: ManualClock()) { desk, _ in
            let before = desk.access.accounts.hasher.hashesDone
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        try await login(desk, "olga", number == 99 ? ServerDesk.password : "wrong \(number)").status
                    }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(answers[429] ?? 0 >= 97)
            #expect(desk.access.accounts.hasher.hashesDone - before <= 3)
        }
    }

    @Test func theAddressesOfOneNetworkAreOne() async throws {
        try await ServerDesk.withOwner(clock: ManualClock()) { desk, _ in
            var delayed = 0
            for number in 0..<10 {
                let answer = try await login(desk, "olga", from: "2001:db8:1:2::\(String(number + 1, radix: 16))")
                if answer.code == "login_delayed" { delayed += 1 }
            }
            #expect(delayed == 7)
            #expect(try await login(desk, "olga", from: "2001:db8:1:3::1").status == 401)
        }
    }

    @Test func aHasherThatIsBusySaysWhenToComeBackAndCountsAgainstNobody() async throws {
        let clock = ManualClock()
        let threads = HashingThreads(threads: 1, waitingMax: 0)
        let hasher = PasswordHasher(
            parameters: PasswordParameters(passes: 1, memory: 64, lanes: 1), threads: threads,
            random: SystemRandomNumberGenerator())
        try await ServerDesk.withOwner(
            admit: { access in
                let accounts = access.accounts
                access.accounts = Accounts(
                    store: accounts.store, gate: accounts.gate, signingKeys: accounts.signingKeys, log: accounts.log,
                    hasher: hasher, tenant: accounts.tenant, clock: clock, random: LockedGenerator())
            }, clock: clock
        ) { desk, owner in
            let (hold, held) = (Semaphore(), Nudge())
            let blocker = Task {
                try await threads.run {
                    held.call(); hold.wait()
                }
            }
            await held.wait()
            for _ in 0..<6 {
                let answer = try await login(desk, "olga", ServerDesk.password)
                #expect(answer.status == 429 && answer.code == "busy" && answer.headers["Retry-After"] != nil)
                let change = try await desk.post(
                    "/auth/password",
                    ["current_password": .string(ServerDesk.password), "new_password": "another good one"],
                    headers: owner.token)
                #expect(change.status == 429 && change.code == "busy")
            }
            hold.signal()
            try await blocker.value
            // The thread is free as soon as it has ended what it did.
            var answer = try await login(desk, "olga", ServerDesk.password)
            while answer.code == "busy" { answer = try await login(desk, "olga", ServerDesk.password) }
            #expect(answer.status == 200)
        }
    }

    @Test func guessesAtThePresentPasswordAreHeldUpToo() async throws {
        try await ServerDesk.withOwner(clock: ManualClock()) { desk, owner in
            func change(_ current: String) async throws -> ServerDesk.Answer {
                try await desk.post(
                    "/auth/password", ["current_password": .string(current), "new_password": "another good one"],
                    headers: owner.token)
            }
            for _ in 0..<3 {
                let answer = try await change("wrong wrong")
                #expect(answer.status == 422 && answer.code == "login_refused")
            }
            #expect(try await change(ServerDesk.password).code == "login_delayed")
            #expect(try await desk.audit("login.failed").count == 3)
        }
    }

    // MARK: Making accounts

    @Test func theFirstIsTheOwnerAndThereIsOneFirst() async throws {
        try await ServerDesk.with { desk in
            let answers = try await withThrowingTaskGroup(of: ServerDesk.Answer.self) { group in
                for number in 0..<5 {
                    group.addTask {
                        try await desk.post(
                            "/auth/register",
                            [
                                "username": .string("user\(number)"), "email": .string("u\(number)@example.org"),
                                "password": .string(ServerDesk.password),
                            ])
                    }
                }
                return try await group.reduce(into: [ServerDesk.Answer]()) { $0.append($1) }
            }
            #expect(answers.map(\.status).sorted() == [201, 403, 403, 403, 403])
            #expect(answers.first { $0.status == 201 }?.json["roles"] == ["owner"])
        }
    }

    @Test func onANetworkItNeedsTheCodeOfTheLogOnce() async throws {
        let clock = ManualClock()
        try await ServerDesk.with(
            admit: {
                $0.network.isMachineOnly = false
                $0.registration = RegistrationRules(needsSetupCode: true)
            }, clock: clock
        ) { desk in
            func register(_ name: String, _ code: String?) async throws -> ServerDesk.Answer {
                var body: [String: JSONValue] = [
                    "username": .string(name), "email": .string("\(name)@example.org"),
                    "password": .string(ServerDesk.password),
                ]
                body["code"] = code.map { .string($0) }
                return try await desk.post("/auth/register", .object(body))
            }
            // Nobody is let in as the machine's user.
            #expect(try await desk.get("/api/v1/runs").status == 401)
            #expect(try await register("ada", nil).code == "code_required")
            let old = try await desk.access.accounts.makeSetupCode().code.revealed
            let code = try await desk.access.accounts.makeSetupCode().code.revealed
            for wrong in [old, "tts_x", String(code.dropLast()), code.replacing("tts_", with: "tti_"), ""] {
                #expect(try await register("ada", wrong).status == 403, "\(wrong.prefix(4))")
            }
            let late = try await desk.access.accounts.makeSetupCode().code.revealed
            clock.advance(by: .seconds(86_400))
            #expect(try await register("ada", late).code == "code_refused")
            let good = try await desk.access.accounts.makeSetupCode().code.revealed
            let made = try await register("ada", good)
            #expect(made.status == 201 && made.json["roles"] == ["owner"])
            #expect(try await register("bob", good).status == 403)
        }
    }

    @Test func anInvitationSaysWhoAndAsWhatOnce() async throws {
        let clock = ManualClock()
        try await ServerDesk.withOwner(clock: clock) { desk, owner in
            func invite(_ body: JSONValue) async throws -> String {
                try await desk.post("/api/v1/invitations", body, headers: owner.token).json["code"]?.stringValue ?? ""
            }
            func register(_ name: String, _ code: String, email: String? = nil) async throws -> ServerDesk.Answer {
                try await desk.post(
                    "/auth/register",
                    [
                        "username": .string(name), "email": .string(email ?? "\(name)@example.org"),
                        "password": .string(ServerDesk.password), "code": .string(code),
                    ])
            }
            let code = try await invite(["roles": ["developer"], "email": "Ada@Example.org"])
            #expect(try await register("ada", code, email: "eve@example.org").code == "code_refused")
            let made = try await register("ada", code)
            #expect(made.status == 201 && made.json["roles"] == ["developer"])
            #expect(try await register("eve", code, email: "ada@example.org").status == 403)
            let late = try await invite([:])
            clock.advance(by: .seconds(7 * 86_400))
            #expect(try await register("eve", late).status == 403)
            let again = try await desk.login("olga")
            let withdrawn = try await desk.post("/api/v1/invitations", [:], headers: again.token)
            let text = withdrawn.json["code"]?.stringValue ?? ""
            let listed = try await desk.get("/api/v1/invitations", headers: again.token)
            let hint = listed.list("invitations").first?["hint"]?.stringValue ?? ""
            #expect(!hint.isEmpty && text.hasPrefix(hint) && !listed.text.contains(text))
            #expect(try await desk.ask(.delete, "/api/v1/invitations/\(hint)", headers: again.token).status == 204)
            #expect(try await register("eve", text).status == 403)
            // Two at once with one code are one account.
            let shared = try await desk.post("/api/v1/invitations", [:], headers: again.token)
            let both = try await withThrowingTaskGroup(of: Int.self) { group in
                for name in ["uma", "ugo"] {
                    group.addTask { try await register(name, shared.json["code"]?.stringValue ?? "").status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(both.sorted() == [201, 403])
        }
    }

    @Test(
        arguments: [
            ["roles": ["owner"]], ["role": "owner"], ["is_active": true], ["active": true], ["id": "usr_x"],
            ["tenant": "other"], ["version": 9], ["password_hash": "x"], ["created_at": "2020-01-01T00:00:00Z"],
        ] as [[String: JSONValue]])
    func nobodySaysOfOneselfWhatOneIs(extra: [String: JSONValue]) async throws {
        try await ServerDesk.withOwner(admit: { $0.registration.isOpen = true }) { desk, owner in
            let body: [String: JSONValue] = [
                "username": "eve", "email": "eve@example.org", "password": .string(ServerDesk.password),
            ]
            let answer = try await desk.post("/auth/register", .object(body.merging(extra) { $1 }))
            if answer.status == 201 {
                #expect(answer.json["roles"] == ["user"] && answer.json["active"] == true)
                let id = answer.json["id"]?.stringValue ?? ""
                #expect(id != "usr_x")
                let kept = try await desk.get("/api/v1/users/\(id)", headers: owner.token)
                #expect(kept.json["roles"] == ["user"])
            } else {
                #expect(answer.status == 422)
            }
            // Nor of others by what changes them, nor as somebody with less.
            let ada = try await desk.person("ada", roles: ["admin"], by: owner)
            let change = try await desk.ask(
                .patch, "/api/v1/users/\(owner.id)", .object(extra), headers: ada.token)
            #expect(change.status == 403 || change.status == 422)
            let raise = try await desk.ask(
                .patch, "/api/v1/users/\(ada.id)", ["roles": ["owner"]], headers: ada.token)
            #expect(raise.status == 403)
            #expect(try await desk.post("/api/v1/invitations", ["roles": ["owner"]], headers: ada.token).status == 403)
            let reset = try await desk.post("/api/v1/users/\(owner.id)/reset-code", headers: ada.token)
            #expect(reset.status == 403)
            #expect(try await desk.ask(.delete, "/api/v1/users/\(owner.id)", headers: ada.token).status == 403)
        }
    }

    @Test func namesThatReadTheSameAreTheSame() async throws {
        try await ServerDesk.withOwner(admit: { $0.registration.isOpen = true }) { desk, _ async throws in
            func register(_ name: String, _ email: String) async throws -> ServerDesk.Answer {
                try await desk.post(
                    "/auth/register",
                    [
                        "username": .string(name), "email": .string(email),
                        "password": .string(ServerDesk.password),
                    ])
            }
            #expect(try await register("OLGA", "other@example.org").code == "username_exists")
            #expect(try await register("\u{212A}urt", "kurt@example.org").status == 201)
            #expect(try await register("kurt", "other@example.org").code == "username_exists")
            #expect(try await register("other", "Olga@Example.ORG").code == "email_exists")
            for name in ["olga@example.org", "оlga", "ol ga", "olga\u{0}", "ol\u{200B}ga", ".olga", "ol", "-x-"] {
                #expect(try await register(name, "other@example.org").status == 422, "\(name)")
            }
            for email in ["olga", "a@b@c", "@x", "x@", "a b@x.org", "a\u{202E}@x.org", "a@x.org\u{7F}", "a\n@x.org"] {
                #expect(try await register("other", email).status == 422, "\(email)")
            }
            for name in ["Olga", "olga@EXAMPLE.org"] {
                #expect(try await login(desk, name, ServerDesk.password).status == 200)
            }
        }
    }

    @Test func aResetIsForOnePersonOnceAndEndsAllSessions() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            func code() async throws -> String {
                try await desk.post("/api/v1/users/\(ada.id)/reset-code", headers: owner.token)
                    .json["code"]?.stringValue ?? ""
            }
            let old = try await code()
            let good = try await code()
            func reset(_ code: String) async throws -> Int {
                try await desk.post("/auth/reset", ["code": .string(code), "password": "a new password"]).status
            }
            #expect(try await reset(old) == 403)
            #expect(try await desk.status(ada.token) == 200)
            #expect(try await reset(good) == 204)
            #expect(try await reset(good) == 403)
            #expect(try await desk.status(ada.token) == 401)
            #expect(try await desk.post("/auth/refresh", ["refresh_token": .string(ada.refresh)]).status == 401)
            #expect(try await login(desk, "ada", ServerDesk.password).status == 401)
            #expect(try await login(desk, "ada", "a new password").status == 200)
            #expect(try await desk.status(owner.token) == 200)
        }
    }

    @Test func theLastOwnerStays() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let path = "/api/v1/users/\(owner.id)"
            for body: JSONValue in [["roles": ["user"]], ["active": false]] {
                let answer = try await desk.ask(.patch, path, body, headers: owner.token)
                #expect(answer.status == 409 && answer.code == "last_owner")
            }
            #expect(try await desk.ask(.delete, path, headers: owner.token).status == 409)
            #expect(try await desk.status(owner.token) == 200)
        }
    }
}
