import Testing
import TuttiCore
import TuttiGuards
import TuttiYAML

@testable import TuttiRouting

/// Guards are read from the file of routes, and what is wrong with them is told with its place.
struct GuardReadingTests {
    private static let routes = """
        deployments: {a: {model: x/y}, b: {model: z/w}}
        routes: {smart: {deployments: [a]}, wide: {deployments: [b], fallbacks: {refused: [a]}}}

        """

    /// The example of docs/routing.md.
    private static let example = #"""
        guards:
          personal:
            finds: [email, phone, credit_card, iban, ip_address]
            does: redact                   # report, redact or refuse
            in: [request, answer]          # both if left out
            models: [smart, 'openai/*']    # all if left out
          secrets:
            finds: [api_key, private_key, jwt, aws_key, github_token, password_url]
            does: refuse
            in: [request]
          codenames:
            patterns: ['\bNightshade\b', 'ACME-\d{6}']
            does: report
          sizes:
            sizes: {request_bytes: 200KiB, messages: 100, input_tokens: 50000, output_tokens: 4000}
        """#

    @Test func theExampleIsRead() throws {
        let guards = try RouteTable.read(Self.routes + Self.example).guards.guards
        #expect(guards.map(\.name) == ["personal", "secrets", "codenames", "sizes"])
        #expect(guards[0].kinds == [.email, .phone, .creditCard, .iban, .ipAddress])
        #expect(guards.map(\.action) == [.redact, .refuse, .report, .refuse])
        #expect(guards[0].places == [.request, .answer] && guards[1].places == [.request])
        #expect(guards[2].places == GuardPlace.allCases && guards[2].models == nil)
        #expect(guards[2].patterns.map(\.text) == [#"\bNightshade\b"#, #"ACME-\d{6}"#])
        #expect(guards[3].sizes[.requestBytes] == 200 << 10 && guards[3].sizes[.outputTokens] == 4000)
        #expect(try RouteTable.read(Self.routes).guards == GuardTable())
    }

    /// What is for a model is for every name that may come to it.
    @Test func guardsFollowRoutes() throws {
        let yaml = Self.routes + "guards: {a: {finds: [email], does: report, models: ['x/*']}}"
        let table = try RouteTable.read(yaml)
        #expect(["smart", "wide", "x/other"].allSatisfy { table.guards(for: $0)?.guards.map(\.name) == ["a"] })
        #expect(table.guards(for: "z/w") == nil && table.guards(for: "b") == nil)
        #expect(table.ordered(by: ["smart": .sample]).guards == table.guards)
    }

    @Test func aFingerprintIsOfWhatGuardsDo() throws {
        func fingerprint(_ keys: String) throws -> String? {
            try RouteTable.read(Self.routes + "guards: {a: {\(keys)}}").guards(for: "smart")?.fingerprint
        }
        let first = try fingerprint("finds: [email], does: report")
        #expect(try fingerprint("does: report, finds: [email]") == first)
        for other in [
            "finds: [email], does: redact", "finds: [iban], does: report", "patterns: [email], does: report",
            "finds: [email], does: report, in: [answer]", "sizes: {messages: 3}", "sizes: {messages: 4}",
        ] {
            #expect(try fingerprint(other) != first)
        }
        #expect(try fingerprint("sizes: {messages: 3}") != (try fingerprint("sizes: {messages: 4}")))
    }

    @Test(arguments: [
        ("finds: [emial], does: report", FieldProblem.Rule.value, "did you mean 'email'?"),
        ("finds: [email, email], does: report", .taken, "stands twice"),
        ("finds: [], does: report", .unusable, "is empty"),
        ("does: report", .missing, "looks for nothing"), ("finds: [email]", .missing, "write does"),
        ("finds: [email], does: mask", .value, "it takes report, redact, refuse"),
        ("finds: [email], does: report, im: [request]", .unknownKey, "did you mean 'in'?"),
        ("finds: [email], does: report, in: [requst]", .value, "did you mean 'request'?"),
        ("patterns: ['(a'], does: report", .value, "missing closing parenthesis (at byte 3 of it)"),
        ("patterns: ['a*'], does: report", .value, "fits an empty text"),
        ("patterns: ['\(String(repeating: "a", count: 501))'], does: report", .limit, "more than 500 bytes"),
        ("patterns: [\((0..<33).map { "a\($0)" }.joined(separator: ", "))], does: report", .limit, "the limit is 32"),
        ("finds: [email], does: report, models: ['a b']", .value, "is no name of a model"),
        ("finds: [email], does: report, models: []", .unusable, "guards nothing"),
        ("sizes: {messages: 0}", .value, "takes a whole number from 1"), ("sizes: {}", .missing, "is empty"),
        ("sizes: {request_bytes: 2 GB}", .value, "takes a size such as"),
        ("sizes: {messages: 3}, does: redact", .value, "sizes are refused"),
        ("sizes: {messages: 3}, finds: [email]", .value, "stands beside sizes"),
    ])
    func aMistakeIsTold(keys: String, rule: FieldProblem.Rule, message: String) {
        do throws(FieldError) {
            _ = try RouteTable.read(Self.routes + "guards:\n  a: {\(keys)}")
            Issue.record("\(keys) was taken")
        } catch {
            #expect(error.problems.map(\.rule) == [rule], "\(error)")
            #expect(error.problems.first?.message.contains(message) == true, "\(error)")
            #expect(error.problems.first?.mark?.description.hasPrefix("4:") == true, "\(error)")
        }
    }

    @Test func guardsHaveALimit() {
        let guards = (0..<33).map { "g\($0): {finds: [email], does: report}" }.joined(separator: ", ")
        #expect(throws: FieldError.self) { try RouteTable.read(Self.routes + "guards: {\(guards)}") }
        #expect(throws: FieldError.self) {
            try RouteTable.read(Self.routes + "guards: {'a b': {sizes: {messages: 1}}}")
        }
    }
}

extension RouteOrder {
    fileprivate static let sample = RouteOrder(
        route: "smart", deployments: ["a"], by: "ada", at: Timestamp(milliseconds: 0))
}
