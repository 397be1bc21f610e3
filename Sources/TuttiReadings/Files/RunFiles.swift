import FoundationEssentials
package import TuttiCore
package import TuttiDocuments
package import TuttiTeams

/// The files of a roundtable: in the run's folder in the home, and wherever its owner wanted copies.
package struct RunFiles: RoundtableDelivery {
    package let home: String

    /// Files below a home.
    package init(home: String) { self.home = home }

    /// Where the refined document can be read, and the reports.
    package struct Places: Sendable {
        package var folder: String
        package var document: String
        package var reports: [String]
    }

    /// - Parameter isDelivered: whether the copies could be written; else only the folder has everything.
    package func places(of run: RunID, _ input: RoundtableInput, isDelivered: Bool = true) -> Places {
        let folder = "\(home)/runs/\(run)"
        // What went to a terminal lies nowhere.
        let copy = isDelivered ? input.delivery.document.flatMap { FilePlace($0) == nil ? nil : $0 } : nil
        return Places(
            folder: folder, document: copy ?? folder + "/document.md",
            reports: isDelivered ? input.delivery.reports : [])
    }

    /// Writes the document, all its versions and the reports: first those in the run's folder, then the copies. One
    /// copy that cannot be written does not keep back the others. Writing them again changes nothing.
    ///
    /// - Throws: ``FileWriteError`` that names what could not be written.
    package func deliver(_ result: RoundtableResult, of input: RoundtableInput, run: RunID) throws {
        let report = RoundtableReport(run: run, input: input, result: result)
        try keep(report, result, in: places(of: run, input).folder)
        var failures: [String] = []
        let changes = result.changes
        for path in input.delivery.reports {
            do {
                try FileWriter.write(try Self.render(report, changes, for: path), to: path)
            } catch { failures.append("\(error)") }
        }
        if let copy = input.delivery.document {
            do {
                try FileWriter.write(Data(result.document.utf8), to: copy)
            } catch { failures.append("\(error)") }
        }
        if !failures.isEmpty { throw FileWriteError(failures.joined(separator: "; ")) }
    }

    /// What lies in the home is for its owner only, whoever may enter the home.
    private func keep(_ report: RoundtableReport, _ result: RoundtableResult, in folder: String) throws {
        try FileWriter.makeFolder(folder + "/versions", mode: 0o700)
        try FileWriter.write(Data(result.document.utf8), to: folder + "/document.md", mode: 0o600)
        try FileWriter.write(try report.json(), to: folder + "/report.json", mode: 0o600)
        for (index, version) in result.versions.enumerated() {
            try FileWriter.write(
                Data(version.utf8), to: "\(folder)/versions/version-\(index + 1).md", mode: 0o600)
        }
    }

    private static func render(_ report: RoundtableReport, _ changes: LineDiff, for path: String) throws -> Data {
        if path.hasSuffix(".json") { return try report.json() }
        let page = ReportPage(report, changes: changes)
        return Data((path.hasSuffix(".html") ? HTMLReport.text(page) : MarkdownReport.text(page)).utf8)
    }
}

extension RoundtableResult {
    /// From the first version to the one that is returned.
    package var changes: LineDiff { LineDiff(from: versions.first ?? document, to: document) }
}
