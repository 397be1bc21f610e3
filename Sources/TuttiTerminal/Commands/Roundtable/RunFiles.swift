import FoundationEssentials
import TuttiCore
import TuttiDocuments
import TuttiTeams

/// The files of a run: in its folder in the home, and wherever its owner wanted copies.
struct RunFiles {
    let folder: String

    init(home: String, run: RunID) { folder = "\(home)/runs/\(run)" }

    /// Where the refined document can be read, and the reports.
    struct Written {
        var document: String
        var reports: [String]
        var folder: String
    }

    /// Writes the document, all its versions and the reports. Writing them again changes nothing.
    ///
    /// - Throws: ``InputError`` when a file cannot be written; those before it are.
    func write(_ report: RoundtableReport, _ result: RoundtableResult, _ input: RoundtableInput) throws -> Written {
        let changes = result.changes
        try FileWriter.makeFolder(folder + "/versions")
        let document = folder + "/document.md"
        let json = try report.json()
        try FileWriter.write(Data(result.document.utf8), to: document)
        try FileWriter.write(json, to: folder + "/report.json")
        for (index, version) in result.versions.enumerated() {
            try FileWriter.write(Data(version.utf8), to: "\(folder)/versions/version-\(index + 1).md")
        }
        for path in input.delivery.reports {
            try FileWriter.write(try Self.render(report, changes, json: json, for: path), to: path)
        }
        if let copy = input.delivery.document { try FileWriter.write(Data(result.document.utf8), to: copy) }
        return Written(
            document: input.delivery.document ?? document, reports: input.delivery.reports, folder: folder)
    }

    private static func render(_ report: RoundtableReport, _ changes: LineDiff, json: Data, for path: String) throws
        -> Data
    {
        if path.hasSuffix(".json") { return json }
        let page = ReportPage(report, changes: changes)
        return Data((path.hasSuffix(".html") ? HTMLReport.text(page) : MarkdownReport.text(page)).utf8)
    }
}

extension RoundtableResult {
    /// From the first version to the one that is returned.
    var changes: LineDiff { LineDiff(from: versions.first ?? document, to: document) }
}
