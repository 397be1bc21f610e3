import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

@testable import TuttiServer

/// Requests to every route, with whatever ids one likes.
struct EveryRoute {
    struct Address: Sendable {
        let route: Route
        let operation: String
        let pattern: RoutePattern

        /// The path with these in the places of its parameters; `x` where nothing is given.
        func target(_ values: [String: String]) -> String {
            "/"
                + pattern.segments.map { segment in
                    switch segment {
                    case .word(let word): word
                    case .parameter(let name): values[name] ?? "x"
                    }
                }.joined(separator: "/") + (EveryRoute.queries[operation] ?? "")
        }

        var body: JSONValue? {
            if let body = EveryRoute.bodies[operation] { return body }
            return route.operation?.body == nil ? nil : [:]
        }
    }

    /// What operations take that look at their bodies before anything else.
    static let bodies: [String: JSONValue] = [
        "changeProject": ["name": "taken over"], "answerApproval": ["verdict": "approve", "hash": "x"],
        "signalRun": ["name": "word", "value": "tea"], "commentRun": ["text": "mine"],
        "resolveRun": ["outcome": "again"],
        "continueRun": ["max_iterations": 5], "changeUser": ["name": "Taken Over"], "limitKey": ["limits": [:]],
        "putSecret": ["value": "planted"], "testPolicy": ["roles": ["user"], "permission": "runs.read"],
    ]
    static let queries = ["continueRefinement": "?additional_iterations=2"]

    static func addresses(of desk: ServerDesk) -> [Address] {
        var seen: Set<String> = []
        return desk.application.router.routes.flatMap { route -> [Address] in
            guard let operation = route.operation?.id, seen.insert(operation).inserted else { return [] }
            return ([route.pattern] + route.aliases).map {
                Address(route: route, operation: operation, pattern: $0)
            }
        }
    }
}

@Suite("The table of who may use which route", .timeLimit(.minutes(3)))
struct RouteAccessTests {
    @Test func hasEveryOperationAndNoOther() async throws {
        try await ServerDesk.with { desk in
            let operations = Set(desk.application.router.routes.compactMap { $0.operation?.id })
            let rules = Set(RouteAccessTable.rules.keys)
            #expect(operations.subtracting(rules).isEmpty)
            #expect(rules.subtracting(operations).isEmpty)
        }
    }

    @Test func aRouteThatIsNotInItStopsTheServerAtItsStart() async {
        await #expect(processExitsWith: .failure) {
            _ = Route(.get, "/x", "notInTheTable", .runs, "Is a mistake.", answers: []) { _ in ServerResponse() }
        }
    }

    @Test func whatSaysNothingOfAnybodyIsAShortList() {
        let open = RouteAccessTable.rules.filter { $0.value.who == .anybody }.map(\.key).sorted()
        #expect(
            open == [
                "beginGoogleLogin", "beginLogin", "finishGoogleLogin", "finishLogin", "getHealth", "getReadiness",
                "getServiceHealth", "getSigningKeys", "listLoginProviders", "logIn", "ping", "refreshTokens",
                "refreshTokensByPut", "register", "resetPassword",
            ])
        let known = RouteAccessTable.rules.filter { $0.value.who == .known }.map(\.key).sorted()
        #expect(
            known == [
                "changeMe", "changePassword", "getMe", "issueTicket", "issueTicketByGet", "listRoles", "logOut",
                "logOutByDelete", "logOutEverywhere", "logOutEverywhereByDelete",
            ])
    }

    @Test func whatChangesThingsOfPeopleIsTold() async throws {
        try await ServerDesk.with { desk in
            // These write their own entries, together with what they change.
            let own: Set<String> = [
                "register", "logIn", "refreshTokens", "refreshTokensByPut", "logOut", "logOutByDelete",
                "logOutEverywhere", "logOutEverywhereByDelete", "endSession", "changePassword", "resetPassword",
                "createKey", "limitKey", "revokeKey", "changeMe", "changeUser", "deleteUser", "makeResetCode",
                "approvePolicy", "invite", "withdrawInvitation", "orderRoute", "dropRouteOrder",
            ]
            // These change nothing.
            let harmless: Set<String> = [
                "issueTicket", "testPolicy", "estimateRoundtable", "detectDocumentType", "upload", "uploadFile",
                "createChatCompletion", "createResponse", "createMessage", "createEmbedding", "countTokens",
                "chooseExpert",
                "chooseExperts",
            ]
            for address in EveryRoute.addresses(of: desk) where !address.route.method.isSafe {
                let isTold = address.route.access.change != nil
                #expect(
                    isTold || own.contains(address.operation) || harmless.contains(address.operation),
                    "\(address.operation) is told by nobody")
            }
        }
    }

    // MARK: API keys

    /// A key that has got into wrong hands must not be worth an account, nor more than it is.
    @Test func noKeyMakesMoreOfWhoHasIt() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            let key = try await desk.key(of: owner)
            // One asks only, the other can only take away; a program may end its own key.
            let harmless: Set<String> = ["testPolicy", "revokeKey"]
            let areas = ["users", "roles", "keys", "policy", "settings", "sessions"]
            var refused: Set<String> = []
            for address in EveryRoute.addresses(of: desk) where !address.route.method.isSafe {
                guard !harmless.contains(address.operation),
                    areas.contains(address.route.access.permission?.area ?? "sessions"),
                    address.route.access.who != .anybody, !address.operation.hasPrefix("issueTicket")
                else { continue }
                let answer = try await desk.ask(
                    address.route.method, address.target(["user": ada.id]), address.body,
                    headers: ["X-API-Key": key.text])
                #expect(answer.status == 403 && answer.code == "login_needed", "\(address.operation): \(answer.text)")
                refused.insert(address.operation)
            }
            let known = ["changeUser", "deleteUser", "invite", "createKey", "limitKey", "approvePolicy"]
            #expect(refused.isSuperset(of: known))
            let promoted = try await desk.ask(
                .patch, "/api/v1/users/\(ada.id)", ["roles": ["owner"]], headers: ["X-API-Key": key.text])
            #expect(promoted.status == 403)
            #expect(try await desk.get("/api/v1/users/\(ada.id)", headers: owner.token).json["roles"] == ["user"])
            let told = try #require(try await desk.audit("policy.denied").first?.draft)
            #expect(told.details["code"] == "login_needed" && told.target?.id == ada.id)
        }
    }

    @Test func aKeyIsToldWhatItMay() async throws {
        try await ServerDesk.withOwner { desk, owner in
            func permissions(_ scopes: [String]?, project: String? = nil) async throws -> [String: JSONValue] {
                let key = try await desk.key(of: owner, scopes: scopes, project: project)
                let me = try await desk.get("/auth/me", headers: ["X-API-Key": key.text])
                guard case .object(let permissions)? = me.json["permissions"] else { return [:] }
                return permissions
            }
            #expect(try await permissions(["runs.read"]) == ["runs.read": "all"])
            #expect(try await permissions(["users.*"]) == ["users.read": "all"])
            let all = try await permissions(nil)
            #expect(all["runs.delete"] == "all" && all["users.manage"] == nil && all["roles.manage"] == nil)
            let project = try await desk.project("p", as: owner)
            let bound = try await permissions(nil, project: project)
            #expect(bound["runs.read"] == "all" && bound["audit.read"] == nil && bound["keys.manage"] == nil)
        }
    }

    // MARK: Nobody

    @Test func nobodyIsAskedToLogInEverywhereElse() async throws {
        try await ServerDesk.withOwner { desk, _ in
            for address in EveryRoute.addresses(of: desk) {
                let answer = try await desk.ask(address.route.method, address.target([:]), address.body)
                switch address.route.access.who {
                case .anybody: #expect(answer.code != "not_authenticated", "\(address.operation)")
                case .machine: #expect(answer.status == 200, "\(address.operation)")
                case .known, .permitted:
                    // A dialect has words of its own for it.
                    let isTold =
                        address.route.dialect == nil
                        ? answer.code == "not_authenticated" : answer.json["error"]?["type"] != nil
                    #expect(answer.status == 401 && isTold, "\(address.operation)")
                    #expect(answer.headers["WWW-Authenticate"] == "Bearer realm=\"tutti\"")
                }
            }
        }
    }

    @Test func notOnlyTheMachineMeansThatNumbersNeedAToken() async throws {
        try await ServerDesk.withOwner(admit: { $0.network.isMachineOnly = false }) { desk, owner in
            for path in ["/metrics", "/metrics/", "/%6detrics"] {
                #expect(try await desk.get(path).status == 401)
                #expect(try await desk.ask(.head, path).status == 401)
                #expect(try await desk.get(path, headers: owner.token).status == 200)
            }
            let user = try await desk.person("ula", by: owner)
            #expect(try await desk.get("/metrics", headers: user.token).status == 403)
            #expect(try await desk.get("/health").status == 200)
            #expect(!(try await desk.get("/health").text.contains(desk.home)))
        }
    }

    @Test func noMethodGoesAroundTheTable() async throws {
        try await ServerDesk.withOwner { desk, _ in
            for address in EveryRoute.addresses(of: desk) where address.route.access.who != .anybody {
                let target = address.target([:])
                let known = Set(
                    EveryRoute.addresses(of: desk).filter { $0.pattern == address.pattern }.map(\.route.method))
                for method in [HTTPMethod.head, .options, .trace, .query, .put, .patch, .delete, .post, .get] {
                    if case .machine = address.route.access.who { continue }
                    let answer = try await desk.ask(method, target)
                    // Logging in stands at an address of sessions, too.
                    if method == .post, target.hasSuffix("/auth/sessions") { continue }
                    let isKnown = known.contains(method) || (method == .head && known.contains(.get))
                    let expected = isKnown ? 401 : method == .options ? 204 : 405
                    #expect(answer.status == expected || (!isKnown && answer.status == 401), "\(method) \(target)")
                    if method == .options { #expect(answer.bytes.isEmpty) }
                }
            }
        }
    }

    // MARK: Roles

    /// What each role may, written down once more: a change of the policy has to be meant.
    private static let roles: [String: (may: Set<String>, mayNot: Set<String>)] = [
        "user": (
            [
                "runs.read", "runs.start", "runs.control", "runs.delete", "approvals.answer", "roundtables.start",
                "workflows.read", "models.read", "models.call", "rules.read", "projects.read", "projects.write",
                "topics.read",
                "keys.manage", "sessions.manage", "secrets.read", "secrets.write", "limits.read",
            ],
            [
                "runs.export", "uploads.create", "topics.publish", "operations.read", "metrics.read", "users.read",
                "users.manage", "sessions.manage_all", "policy.test", "settings.read", "settings.manage", "audit.read",
            ]
        ),
        "developer": (
            ["runs.read", "runs.export", "uploads.create", "topics.publish", "secrets.write", "projects.write"],
            [
                "operations.read", "metrics.read", "users.read", "users.manage", "sessions.manage_all", "policy.test",
                "settings.read", "settings.manage", "audit.read",
            ]
        ),
        "operator": (
            [
                "runs.read", "runs.start", "runs.control", "runs.export", "approvals.answer", "roundtables.start",
                "topics.publish", "operations.read", "metrics.read", "limits.read", "settings.read", "policy.test",
                "keys.manage", "sessions.manage", "projects.read",
            ],
            [
                "runs.delete", "projects.write", "uploads.create", "users.read", "users.manage", "sessions.manage_all",
                "secrets.read", "secrets.write", "settings.manage", "audit.read",
            ]
        ),
        "manager": (
            ["runs.read", "approvals.answer", "users.read", "limits.read", "projects.write", "secrets.write"],
            [
                "runs.export", "uploads.create", "users.manage", "sessions.manage_all", "policy.test",
                "settings.manage", "audit.read", "operations.read",
            ]
        ),
        "admin": (
            [
                "runs.delete", "runs.export", "uploads.create", "users.read", "users.manage", "sessions.manage_all",
                "secrets.write", "policy.test", "audit.read", "settings.read", "operations.read",
            ], ["settings.manage"]
        ),
    ]

    @Test(arguments: ["user", "developer", "operator", "manager", "admin"])
    func eachRoleMayWhatItIsFor(role: String) async throws {
        let expected = try #require(Self.roles[role])
        try await ServerDesk.withOwner { desk, owner in
            let person = try await desk.person("person", roles: [role], by: owner)
            // What ends the session comes last.
            for address in EveryRoute.addresses(of: desk) where !address.operation.hasPrefix("logOut") {
                let answer = try await desk.ask(
                    address.route.method, address.target([:]), address.body, headers: person.token)
                #expect(answer.status != 401 || address.operation.hasPrefix("refreshTokens"), "\(address.operation)")
                guard case .permitted(let permission) = address.route.access.who else {
                    #expect(answer.code != "not_permitted", "\(address.operation)")
                    continue
                }
                if expected.may.contains(permission.text) {
                    #expect(answer.status != 403, "\(role) \(address.operation): \(answer.text)")
                }
                if expected.mayNot.contains(permission.text) {
                    #expect(
                        answer.status == 403 && answer.code == "not_permitted",
                        "\(role) \(address.operation): \(answer.status)")
                }
            }
            // Each refusal is an event.
            let denied = try await desk.audit("policy.denied")
            #expect(denied.isEmpty == expected.mayNot.isEmpty && denied.allSatisfy { $0.draft.actor.id == person.id })
            #expect(try await desk.ask(.post, "/auth/logout", headers: person.token).status == 204)
        }
    }

    @Test func anOwnerMayEverything() async throws {
        try await ServerDesk.withOwner { desk, owner in
            for address in EveryRoute.addresses(of: desk) where !address.operation.hasPrefix("logOut") {
                let answer = try await desk.ask(
                    address.route.method, address.target([:]), address.body, headers: owner.token)
                #expect(answer.status != 403, "\(address.operation): \(answer.text)")
            }
        }
    }
}
