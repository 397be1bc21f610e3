import FoundationEssentials
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiDocuments
@testable import TuttiTeams

/// The report's JSON is a promise to programs.
@Suite struct ReportTests {
    /// A document that, with the team below, fills every field that there is.
    private static let document =
        (RulebookTests.Sample.named("poor-prd").first?.text ?? "") + """

            ## Remarks

            <!-- tutti-ignore vague-requirement: the marketing text is quoted as it stands -->
            The system must be fast and easy to use.
            """

    private func report(_ id: String = "run_1", threshold: Double = 0.05) async throws -> RoundtableReport {
        let critics: [any Critic] = RulebookCritic.all() + [ScriptedCritic("absent", .fails), PaidCritic()]
        let roundtable = Roundtable(critics: critics, moderator: PaidModerator())
        var input = RoundtableInput(document: Self.document, kind: .prd)
        input.critics = critics.map(\.id)
        input.threshold = threshold
        let started = input
        return try await withEngine(on: MemoryJournalStore(), [roundtable]) { engine in
            let run = try await engine.start(roundtable, started)
            return RoundtableReport(run: run.id, input: started, result: try await run.output)
        }
    }

    private func json(_ report: RoundtableReport) throws -> JSONValue {
        try CanonicalJSON.decode(JSONValue.self, from: try report.json())
    }

    @Test func isEqualToTheByteForTwoRuns() async throws {
        var (one, other) = (try await report(), try await report())
        #expect(one.run != other.run)
        one.run = other.run
        #expect(try one.json() == other.json())
    }

    @Test func hasTheFieldsThatAreDocumentedAndNoOthers() async throws {
        let documented = try Self.documentedFields()
        let found = Self.fields(of: try json(try await report()))
        #expect(found.subtracting(documented).sorted() == [], "not in docs/report.md")
        let missing = Set(documented.map(Self.inAnyFinding)).subtracting(found.map(Self.inAnyFinding))
        #expect(missing.sorted() == [], "documented, but not in a report that has all there is")
    }

    @Test func beginsAsDocumented() async throws {
        let report = try json(try await report())
        #expect(report["schema"] == "tutti.roundtable/1")
        #expect(report["title"]?.stringValue?.isEmpty == false)
        #expect(report["kind"] == "prd")
        #expect(report["bar"] == "high")
        #expect(report["goal_reached"] == false)
    }

    @Test("says the threshold as a person would", arguments: 0...100)
    func threshold(percent: Int) {
        var input = RoundtableInput(document: "a")
        input.threshold = Double(percent) / 100
        let result = RoundtableResult(
            outcome: .stable, reason: "", isGoalReached: false, document: "a", rounds: [], versions: ["a"],
            started: Timestamp(milliseconds: 0), finished: Timestamp(milliseconds: 1))
        let report = RoundtableReport(run: RunID(trusted: "run"), input: input, result: result)
        #expect(report.thresholdPercent == Double(percent))
    }

    @Test func hasTheDiffOfEachVersion() async throws {
        let report = try await report()
        #expect(report.versions.map(\.version) == Array(1...report.rounds.count))
        #expect(report.versions[0].diff == nil)
        #expect(report.versions[0].bytes == Self.document.utf8.count)
        #expect(report.versions[1].diff?.hasPrefix("--- version-1\n+++ version-2\n") == true)
        #expect(report.versions.map(\.sha256) == report.rounds.map(\.sha256))
        #expect(report.versions.last?.sha256 == Digest.sha256Hex(report.document))
    }

    @Test func canBeReadBack() async throws {
        let report = try await report()
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        #expect(try decoder.decode(RoundtableReport.self, from: try report.json()) == report)
    }

    // MARK: Fields

    /// Paths such as `rounds[].critics[].critic` of everything that is neither an object nor a list of objects.
    private static func fields(of value: JSONValue, at path: String = "") -> Set<String> {
        switch value {
        case .object(let members):
            members.reduce(into: []) { fields, member in
                fields.formUnion(Self.fields(of: member.value, at: path.isEmpty ? member.key : "\(path).\(member.key)"))
            }
        case .array(let items): items.reduce(into: []) { $0.formUnion(Self.fields(of: $1, at: path + "[]")) }
        default: [path]
        }
    }

    /// The same path for the fields of all findings, wherever they stand.
    private static func inAnyFinding(_ path: String) -> String {
        for place in ["rounds[].critics[].silenced[].finding.", "rounds[].findings[].finding.", "rounds[].fixed[]."] {
            if path.hasPrefix(place) { return "." + path.dropFirst(place.count) }
        }
        return path
    }

    /// The first column of the tables: `| `field` | … |`; where one says "a finding", it has all fields of a finding.
    private static func documentedFields() throws -> Set<String> {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/report.md")
        let text = String(decoding: try Data(contentsOf: page.standardized), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").map { $0.filter { !"`".contains($0) } }.map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
        let shared = rows.filter { $0[0].hasPrefix(".") }
        var fields: Set<String> = []
        for row in rows where !row[0].hasPrefix(".") {
            let group = ["a finding": ".", "counts": ".counts"][row[1]]
            guard let group else {
                fields.insert(row[0])
                continue
            }
            for part in shared where part[0].hasPrefix(".counts") == (group == ".counts") {
                fields.insert(row[0] + part[0].dropFirst(group == ".counts" ? ".counts".count : 0))
            }
        }
        return fields
    }
}

private let spent = Spending(calls: 1, inputTokens: 2, outputTokens: 3, usd: USD(microdollars: 4))

/// Says and costs what only critics by models do.
private struct PaidCritic: Critic {
    let id = "paid"

    func review(_ request: ReviewRequest) async -> Review {
        var review = Review(critic: id, findings: [])
        review.assessment = "Fine."
        review.answers = request.open.prefix(1).map {
            FindingAnswer(identity: $0.identity, isFixed: false, reason: "It is still there.")
        }
        review.spending = spent
        return review
    }
}

/// Costs something, wants what does not fit, and fails in the end.
private struct PaidModerator: Moderator {
    let id = "paid"

    func refine(_ request: RefineRequest) async throws -> Revision {
        if request.round == 2 { throw StepError(code: "tired", message: "it is tired", origin: "") }
        var revision = await Answering().refine(request)
        revision.spending = spent
        revision.refused = ["edit 1 names no line"]
        revision.unresolved = ["gap: only the author knows"]
        return revision
    }
}
