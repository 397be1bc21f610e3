import FoundationEssentials
public import TuttiEngine
import TuttiStore

/// Checks in one line that a workflow still fits a run that was recorded earlier:
///
/// ```swift
/// @Test func oldRunsCanBeTakenUp() async throws {
///     try await expectReplays(Briefing(), "Golden/briefing.json")
/// }
/// ```
///
/// Nothing is carried out but the workflow's own function. `tutti runs export ID -o FILE` makes such a file, and so
/// does ``Engine/archive(of:)``. Steps that the code has lost are no contradiction; they are in the report.
///
/// - Parameters:
///   - path: the export of a run; a relative path begins at the folder of the file that calls this.
/// - Returns: what the replay has found.
/// - Throws: ``ReplayFailure`` when the code contradicts the journal; ``RunArchiveError`` when the file cannot be read
///   as an export, and what the system says when it cannot be read at all; ``RunError`` when it is a run of another
///   workflow.
@discardableResult
public func expectReplays<W: Workflow>(
    _ workflow: W, _ path: String, filePath: String = #filePath
) async throws -> ReplayReport {
    let folder = filePath.lastIndex(of: "/").map { filePath[...$0] } ?? ""
    let report = try await Replay.run(workflow, RunArchive(path: path.hasPrefix("/") ? path : folder + path))
    if let divergence = report.divergence { throw ReplayFailure(path: path, divergence: divergence) }
    return report
}

/// A workflow contradicts a run that was recorded earlier.
public struct ReplayFailure: Error, Hashable, CustomStringConvertible {
    /// The export.
    public var path: String
    /// Where, and both sides.
    public var divergence: ReplayReport.Divergence

    /// The file, the place, and both sides.
    public var description: String { "\(path) diverges \(divergence)" }
}
