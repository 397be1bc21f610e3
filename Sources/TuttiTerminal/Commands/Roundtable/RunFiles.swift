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
        var reports: [String] = []
        var folder: String
        /// What could not be written where its owner wanted it.
        var failures: [String] = []
    }

    private var document: String { folder + "/document.md" }

    /// Writes the document, all its versions and the report into the folder. Writing them again changes nothing.
    ///
    /// - Throws: ``CommandFailure`` when a file cannot be written; those before it are.
    func write(_ report: RoundtableReport, _ result: RoundtableResult) throws {
        try FileWriter.makeFolder(folder + "/versions")
        try FileWriter.write(Data(result.document.utf8), to: document)
        try FileWriter.write(try report.json(), to: folder + "/report.json")
        for (index, version) in result.versions.enumerated() {
            try FileWriter.write(Data(version.utf8), to: "\(folder)/versions/version-\(index + 1).md")
        }
    }

    /// Writes what the owner wanted elsewhere; one file that cannot be written does not keep back the others.
    func deliver(
        _ report: RoundtableReport, _ result: RoundtableResult, _ delivery: RoundtableInput.Delivery
    ) -> Written {
        var written = Written(document: document, folder: folder)
        let changes = result.changes
        for path in delivery.reports {
            do {
                try FileWriter.write(try Self.render(report, changes, for: path), to: path)
                written.reports.append(path)
            } catch { written.failures.append("\(error)") }
        }
        guard let copy = delivery.document else { return written }
        do {
            try FileWriter.write(Data(result.document.utf8), to: copy)
            if FilePlace(copy) != nil { written.document = copy }  // what went to a terminal lies nowhere
        } catch { written.failures.append("\(error)") }
        return written
    }

    private static func render(_ report: RoundtableReport, _ changes: LineDiff, for path: String) throws -> Data {
        if path.hasSuffix(".json") { return try report.json() }
        let page = ReportPage(report, changes: changes)
        return Data((path.hasSuffix(".html") ? HTMLReport.text(page) : MarkdownReport.text(page)).utf8)
    }
}

extension RoundtableResult {
    /// From the first version to the one that is returned.
    var changes: LineDiff { LineDiff(from: versions.first ?? document, to: document) }
}
