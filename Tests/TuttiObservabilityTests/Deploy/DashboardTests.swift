import FoundationEssentials
import Testing
import TuttiCore

struct DashboardTests {
    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            struct Position: Decodable { var h, w, x, y: Int }
            struct Target: Decodable { var refId, expr: String }
            var id: Int
            var type, title: String
            var gridPos: Position
            var targets: [Target]?
        }

        var uid, title: String
        var schemaVersion: Int
        var panels: [Panel]
    }

    private func dashboard() throws -> Dashboard {
        try CanonicalJSON.decode(Dashboard.self, from: Data(try Shipped.text("deploy/grafana/tutti.json").utf8))
    }

    @Test func panelsHavePlacesOfTheirOwn() throws {
        let panels = try dashboard().panels
        #expect(Set(panels.map(\.id)).count == panels.count)
        var taken: Set<[Int]> = []
        for panel in panels {
            let place = panel.gridPos
            #expect(place.x + place.w <= 24, "\(panel.title)")
            for x in place.x..<(place.x + place.w) {
                for y in place.y..<(place.y + place.h) { #expect(taken.insert([x, y]).inserted, "\(panel.title)") }
            }
            #expect(panel.type == "row" || panel.targets?.isEmpty == false, "\(panel.title)")
            #expect(Set(panel.targets?.map(\.refId) ?? []).count == panel.targets?.count ?? 0)
        }
    }

    @Test(.enabled(if: Promtool.path != nil, "promtool is not installed"))
    func eachQuestionCanBeAsked() async throws {
        let path = try #require(Promtool.path)
        let questions = try dashboard().panels.flatMap { $0.targets ?? [] }.map { target in
            target.expr.replacing("$__rate_interval", with: "5m").replacing("$__range", with: "1h")
        }
        #expect(questions.count > 40)
        let rules = questions.enumerated().map { index, question in
            "      - record: question:\(index)\n        expr: >-\n          \(question)\n"
        }
        let file = FileManager.default.temporaryDirectory.path + "/questions-\(UInt64.random(in: 0 ... .max)).yaml"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let text = "groups:\n  - name: questions\n    rules:\n" + rules.joined()
        try Data(text.utf8).write(to: URL(filePath: file))
        let result = try await Promtool.run(path, ["check", "rules", file])
        #expect(result == "", "\(result)")
    }
}
