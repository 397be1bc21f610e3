import Testing
import TuttiCore
import TuttiYAML

@testable import TuttiRouting

/// The section `cache` of a file of routes.
struct CacheRulesTests {
    private static func file(_ cache: String) -> String {
        "deployments: {a: {model: x/y}}\nroutes: {smart: {deployments: [a]}}\ncache: \(cache)"
    }

    private static func problems(_ cache: String) -> [FieldProblem] {
        do throws(FieldError) {
            _ = try RouteTable.read(file(cache))
            return []
        } catch {
            return error.problems
        }
    }

    @Test func aSectionIsRead() throws {
        let rules = try #require(
            try RouteTable.read(
                Self.file(
                    """

                      models: [smart, 'openai/*']
                      ttl: 10m
                      memory: 64MiB
                      disk: 1GiB
                      similar:
                        embeddings: openai/text-embedding-3-small
                        similarity: 0.9
                    """)
            ).cache)
        var expected = AnswerCacheRules()
        expected.models = [NamePattern("smart"), NamePattern("openai/*")]
        (expected.lifetime, expected.memoryBytes, expected.diskBytes) = (.seconds(600), 64 << 20, 1 << 30)
        expected.similar = SimilarAnswerRules(embeddings: "openai/text-embedding-3-small")
        expected.similar?.similarity = 0.9
        #expect(rules == expected)
        #expect(rules.covers("smart") && rules.covers("openai/m") && !rules.covers("smarter") && !rules.covers("x/y"))
    }

    @Test(arguments: ["{}", ""])
    func anEmptySectionIsTheUsualOne(cache: String) throws {
        let rules = try #require(try RouteTable.read(Self.file(cache)).cache)
        #expect(rules == AnswerCacheRules() && rules.covers("anything"))
        #expect(rules.lifetime == .seconds(3600) && rules.memoryBytes == 64 << 20 && rules.diskBytes == nil)
    }

    @Test func withoutASectionThereIsNone() throws {
        let yaml = "deployments: {a: {model: x/y}}\nroutes: {smart: {deployments: [a]}}"
        #expect(try RouteTable.read(yaml).cache == nil)
    }

    @Test func vectorsMayComeFromARoute() throws {
        let rules = try RouteTable.read(Self.file("{similar: {embeddings: smart, similarity: 1}}")).cache
        #expect(rules?.similar?.embeddings == "smart" && rules?.similar?.similarity == 1)
        #expect(try RouteTable.read(Self.file("{similar: {embeddings: x/y}}")).cache?.similar?.similarity == 0.98)
    }

    /// A chosen order of a route is no reason to keep nothing.
    @Test func itStaysWhenAnOrderIsChosen() throws {
        let table = try RouteTable.read(Self.file("{ttl: 5s}"))
        let order = RouteOrder(route: "smart", deployments: ["a"], by: "ada", at: Timestamp(milliseconds: 1))
        #expect(table.ordered(by: ["smart": order]).cache?.lifetime == .seconds(5))
    }

    @Test(arguments: [
        ("[]", FieldProblem.Rule.value), ("{tll: 5s}", .unknownKey), ("{ttl: 0s}", .value), ("{ttl: 31d}", .value),
        ("{ttl: soon}", .value), ("{memory: 64}", .value), ("{memory: 64MB}", .value), ("{memory: 1KiB}", .value),
        ("{memory: -1MiB}", .value), ("{memory: 9223372036854775807TiB}", .value), ("{memory: 1TiB}", .value),
        ("{disk: 2TiB}", .value), ("{models: []}", .unusable), ("{models: [a, a]}", .taken), ("{models: a}", .value),
        ("{models: ['a b']}", .value), ("{similar: {}}", .missing), ("{similar: true}", .value),
        ("{similar: {embeddings: smrt}}", .unknownName), ("{similar: {embeddings: 'A/b'}}", .unknownName),
        ("{similar: {embeddings: x/y, similarity: 0.79}}", .value),
        ("{similar: {embeddings: x/y, similarity: 1.01}}", .value),
        ("{similar: {embeddings: x/y, near: 1}}", .unknownKey),
    ])
    func aMistakeIsTold(cache: String, rule: FieldProblem.Rule) {
        let problems = Self.problems(cache)
        #expect(problems.first?.rule == rule, "\(problems)")
        #expect(problems.allSatisfy { $0.mark?.line == 3 && $0.path.hasPrefix("cache") && !$0.message.isEmpty })
    }

    @Test func aMistakeNamesTheWayOut() {
        #expect(Self.problems("{tll: 5s}").first?.message.contains("did you mean 'ttl'?") == true)
        #expect(Self.problems("{memory: 64MB}").first?.message.contains("64MiB") == true)
        #expect(Self.problems("{similar: {embeddings: smrt}}").first?.message.contains("did you mean 'smart'?") == true)
    }
}
