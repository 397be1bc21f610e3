import Testing

@Suite("The tree follows the rules of the house")
struct TreeTests {
    @Test(arguments: HouseRules.all)
    func follows(rule: Rule) {
        let excepted = Set(RuleException.all.filter { $0.rule == rule.name }.map(\.path))
        let found = Tree.here.files.filter { !excepted.contains($0.path) }.flatMap { rule.violations($0, Tree.here) }
        for violation in found.prefix(50) { Issue.record("\(violation)") }
        #expect(found.count == 0, "\(rule.name). A good reason to break it belongs in Exceptions.swift.")
    }

    @Test func exceptionsAreStillNeeded() {
        for exception in RuleException.all {
            let rule = HouseRules.all.first { $0.name == exception.rule }
            let file = Tree.here.files.first { $0.path == exception.path }
            let broken = rule.flatMap { rule in file.map { rule.violations($0, Tree.here) } } ?? []
            #expect(!broken.isEmpty, "\(exception.path) no longer needs its exception from '\(exception.rule)'")
            #expect(!exception.reason.isEmpty)
        }
    }

    @Test func theTreeIsThere() {
        let paths = Set(Tree.here.files.map(\.path))
        #expect(paths.contains("Package.swift"))
        #expect(paths.contains("Tests/TidyTests/TreeTests.swift"))
        #expect(!paths.contains { $0.hasPrefix(".build/") })
    }
}
