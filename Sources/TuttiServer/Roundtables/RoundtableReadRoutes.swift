import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiReadings
import TuttiStore
import TuttiTeams

/// Reading roundtables: rounds, versions, differences, reports.
struct RoundtableReadRoutes: Sendable {
    let reads: RunReads

    var all: [Route] { [rounds, versions, version, diff] + reports }

    private static let missing = AnswerDescription.problem(404, "There is no such run, or it is no roundtable.")

    /// - Throws: a ``Problem`` 404 `not_a_roundtable`.
    func table(_ record: RunRecord) async throws -> RoundtableSoFar {
        guard record.summary.workflow == Roundtable.name else {
            throw Problem(
                404, "not_a_roundtable",
                "\(record.summary.id) is a run of '\(record.summary.workflow)', which has no "
                    + "rounds or versions")
        }
        do {
            return try await RoundtableSoFar(of: record, in: reads.engine.store)
        } catch is DecodingError {
            throw Problem.conflict(
                "other_release", "\(record.summary.id) was written by a release that differs too much")
        }
    }

    private var rounds: Route {
        Route(
            .get, "/api/v1/runs/{run}/rounds", "listRounds", .roundtables,
            "Tells what was read and decided, round by round, as far as the roundtable has come.",
            parameters: [RunParameters.run.description], runsElsewhere: true,
            answers: [.json(200, RoundsView.self, "The rounds."), Self.missing, .ambiguousRun]
        ) { request in
            let record = try await reads.record(try request[RunParameters.run])
            return try request.answer(RoundsView(try await table(record)))
        }
    }

    private var versions: Route {
        Route(
            .get, "/api/v1/runs/{run}/versions", "listVersions", .roundtables, "Lists the versions of a document.",
            parameters: [RunParameters.run.description], runsElsewhere: true,
            answers: [.json(200, VersionsView.self, "The versions."), Self.missing, .ambiguousRun]
        ) { request in
            let record = try await reads.record(try request[RunParameters.run])
            return try request.answer(VersionsView(try await table(record)))
        }
    }

    private var version: Route {
        Route(
            .get, "/api/v1/runs/{run}/versions/{version}", "getVersion", .roundtables, "Gives one version as text.",
            parameters: [RunParameters.run.description, RunParameters.version.description],
            answers: [.content(200, "text/markdown", "The text."), Self.missing, .ambiguousRun]
        ) { request in
            let record = try await reads.record(try request[RunParameters.run])
            let text = try Self.version(try request[RunParameters.version], of: try await table(record), record)
            return request.answer(bytes: Array(text.utf8), mediaType: "text/markdown; charset=utf-8")
        }
    }

    private static func version(_ number: Int, of table: RoundtableSoFar, _ record: RunRecord) throws -> String {
        guard table.versions.indices.contains(number - 1) else {
            throw Problem(
                404, "version_unknown",
                "\(record.summary.id) has \(table.versions.count) version\(table.versions.count == 1 ? "" : "s")")
        }
        return table.versions[number - 1]
    }

    private static let from = Parameter<Int>.integer("from", "The old version.", in: 1...100, default: 1)
    private static let to = Parameter<Int>.integer(
        "to", "The new version; 0 for the one that counts.", in: 0...100, default: 0)

    private var diff: Route {
        Route(
            .get, "/api/v1/runs/{run}/diff", "diffVersions", .roundtables, "Tells how two versions differ, by lines.",
            parameters: [RunParameters.run.description, Self.from.description, Self.to.description],
            runsElsewhere: true, answers: [.json(200, DiffView.self, "The difference."), Self.missing, .ambiguousRun]
        ) { request in
            let record = try await reads.record(try request[RunParameters.run])
            let table = try await table(record)
            let to = try request[Self.to]
            let (old, new) = (try request[Self.from], to == 0 ? table.currentVersion : to)
            let diff = LineDiff(
                from: try Self.version(old, of: table, record), to: try Self.version(new, of: table, record))
            return try request.answer(DiffView(diff, from: old, to: new))
        }
    }

    // MARK: Reports

    private var reports: [Route] {
        [("md", "text/markdown"), ("html", "text/html"), ("json", "application/json")].map { ending, mediaType in
            Route(
                .get, "/api/v1/runs/{run}/report.\(ending)", "getReport\(ending.uppercased())", .roundtables,
                "Gives the report of a roundtable that has its result, as "
                    + "\(ending == "md" ? "Markdown" : ending.uppercased()).",
                parameters: [RunParameters.run.description], runsElsewhere: true,
                answers: [
                    .content(200, mediaType, "The report."), Self.missing,
                    .problem(409, "The roundtable has no result yet, or several runs begin so."),
                ]
            ) { request in
                let record = try await reads.record(try request[RunParameters.run])
                let table = try await table(record)
                guard let result = table.result else {
                    throw Problem.conflict(
                        "no_result", "\(record.summary.id) has no result, it is \(record.summary.status.rawValue)")
                }
                let report = RoundtableReport(run: record.summary.id, input: table.input, result: result)
                let bytes = try Self.render(report, result, ending)
                // Nothing of it may act: it quotes documents and models.
                return request.answer(
                    bytes: bytes, mediaType: "\(mediaType); charset=utf-8",
                    headers: [
                        "Content-Security-Policy":
                            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
                    ])
            }
        }
    }

    private static func render(
        _ report: RoundtableReport, _ result: RoundtableResult, _ ending: String
    ) throws -> [UInt8] {
        if ending == "json" { return Array(try report.json()) }
        let page = ReportPage(report, changes: result.changes)
        return Array((ending == "html" ? HTMLReport.text(page) : MarkdownReport.text(page)).utf8)
    }
}
