import FoundationEssentials
import TuttiCore
import TuttiDocuments
import TuttiTeams

/// The files of a roundtable: in the run's folder in the home, and wherever its owner wanted copies.
struct RunFiles: RoundtableDelivery {
    let home: String

    /// Where the refined document can be read, and the reports.
    struct Places: Sendable {
        var folder: String
        var document: String
        var reports: [String]
    }

    func places(of run: RunID, _ input: RoundtableInput) -> Places {
        let folder = "\(home)/runs/\(run)"
        return Places(
            folder: folder, document: input.delivery.document ?? folder + "/document.md",
            reports: input.delivery.reports)
    }

    /// Writes the document, all its versions and the reports: first those in the run's folder, then the copies.
    ///
    /// - Throws: ``InputError`` when a file cannot be written; those before it are.
    func deliver(_ result: RoundtableResult, of input: RoundtableInput, run: RunID) throws {
        let places = places(of: run, input)
        let report = RoundtableReport(run: run, input: input, result: result)
        let json = try report.json()
        try FileWriter.makeFolder(places.folder + "/versions")
        try FileWriter.write(Data(result.document.utf8), to: places.folder + "/document.md")
        try FileWriter.write(json, to: places.folder + "/report.json")
        for (index, version) in result.versions.enumerated() {
            try FileWriter.write(Data(version.utf8), to: "\(places.folder)/versions/version-\(index + 1).md")
        }
        for path in places.reports {
            try FileWriter.write(try Self.render(report, result.changes, json: json, for: path), to: path)
        }
        if let copy = input.delivery.document { try FileWriter.write(Data(result.document.utf8), to: copy) }
    }

    private static func render(
        _ report: RoundtableReport, _ changes: LineDiff, json: Data, for path: String
    ) throws -> Data {
        if path.hasSuffix(".json") { return json }
        let page = ReportPage(report, changes: changes)
        return Data((path.hasSuffix(".html") ? HTMLReport.text(page) : MarkdownReport.text(page)).utf8)
    }
}

extension RoundtableResult {
    /// From the first version to the one that is returned.
    var changes: LineDiff { LineDiff(from: versions.first ?? document, to: document) }
}
