import Testing

struct AlertTests {
    private func alerts() throws -> [String] {
        Shipped.values(of: "alert", in: try Shipped.text("deploy/prometheus/alerts.yaml"))
    }

    @Test func eachSaysWhatItMeansAndWhatToDo() throws {
        let blocks = try Shipped.text("deploy/prometheus/alerts.yaml").split(separator: "- alert: ").dropFirst()
        #expect(try blocks.count == alerts().count && blocks.count >= 10)
        for block in blocks {
            for part in ["severity: ", "summary: ", "runbook: ", "expr: "] {
                #expect(block.contains(part), "\(part)\(block.prefix(40))")
            }
        }
    }

    @Test func eachIsToldAndTested() throws {
        let told = Shipped.rows(in: try Shipped.text("docs/operations.md")).filter { $0.count == 3 }.map { $0[0] }
        let tested = Set(Shipped.values(of: "alertname", in: try Shipped.text("deploy/prometheus/tests.yaml")))
        for alert in try alerts() {
            #expect(told.contains("`\(alert)`"), "\(alert)")
            #expect(tested.contains(alert), "\(alert)")
        }
        #expect(try tested.subtracting(alerts()).isEmpty)
    }

    @Test(.enabled(if: Promtool.path != nil, "promtool is not installed"))
    func theyFireWhenTheyShould() async throws {
        let path = try #require(Promtool.path)
        for arguments in [["check", "config", "prometheus.yaml"], ["test", "rules", "tests.yaml"]] {
            let result = try await Promtool.run(path, arguments, folder: Shipped.path("deploy/prometheus"))
            #expect(result == "", "\(result)")
        }
    }
}
