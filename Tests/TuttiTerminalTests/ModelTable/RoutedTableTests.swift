import FakeModels
import Testing

@testable import TuttiTerminal

/// `tutti roundtable` whose models are routes.
@Suite("routes at the table", .serialized)
struct RoutedTableTests {
    private static let routes = """
        deployments:
          away: {model: nobody}
          there: {model: openai/mock-model}
        routes:
          smart: {deployments: [there]}
          other: {deployments: [there, away]}
        """

    @Test func aRouteIsAModelLikeOthers() async throws {
        try await ModelTable.with { table in
            try table.scratch.write(
                "routes.yaml", Self.routes.replacing("away: {model: nobody}", with: "away: {model: ollama/m}"))
            let ran = await table.review(model: "smart", routes: table.scratch["routes.yaml"])
            #expect(ran.code == .reached, "\(ran.progress)")
            let wrong = await table.review(model: "smrat", routes: table.scratch["routes.yaml"])
            #expect(wrong.code == .usage && wrong.progress.contains("did you mean 'smart'?"), "\(wrong.progress)")
        }
    }

    @Test func aFileOfRoutesThatDoesNotFitIsTold() async throws {
        try await ModelTable.with { table in
            try table.scratch.write("routes.yaml", Self.routes)
            let ran = await table.review(model: "smart", routes: table.scratch["routes.yaml"])
            #expect(
                ran.code == .usage && ran.progress.contains("deployments.away.model: 'nobody' is no model"),
                "\(ran.progress)")
            let missing = await table.review(model: "smart", routes: table.scratch["none.yaml"])
            #expect(missing.code == .usage && missing.progress.contains("models.routes"), "\(missing.progress)")
        }
    }
}
