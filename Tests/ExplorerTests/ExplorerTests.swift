import FoundationEssentials
import Testing

/// All states of small worlds, over the real rules of journal, sessions and waits.
@Suite struct ExplorerTests {
    /// `TUTTI_LONG=1` explores the larger worlds as well.
    private static let isLong = ProcessInfo.processInfo.environment["TUTTI_LONG"] == "1"

    @Test("keeps every promise in every state", arguments: Scenario.small + (isLong ? Scenario.large : []))
    func explores(scenario: Scenario) {
        let report = Explorer(model: EngineModel(scenario: scenario)).explore()
        print("explored \(scenario.name): \(report)")
        #expect(report.violation == nil, "\(scenario.name): \(report)")
        #expect(report.isComplete, "\(scenario.name): \(report)")
    }

    @Test("finds a rule that is missing", arguments: Mutation.allCases)
    func findsMutants(mutation: Mutation) {
        let reports = Scenario.small.filter { $0.finds.contains(mutation) }.map { scenario in
            var mutant = scenario
            mutant.mutation = mutation
            return Explorer(model: EngineModel(scenario: mutant)).explore()
        }
        print("without \(mutation): \(reports.map(\.description).joined(separator: "\n"))")
        #expect(!reports.isEmpty, "no scenario is said to find \(mutation)")
        #expect(reports.allSatisfy { $0.violation != nil })
    }
}

extension Scenario: CustomTestStringConvertible {
    var testDescription: String { name }
}
