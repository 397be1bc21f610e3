import TuttiCore
import TuttiStoreSQLite

extension CommandContext {
    /// - Parameter place: the flag that names it.
    /// - Throws: ``CommandFailure`` for a project that there is not.
    func check(project: String, for place: String, _ arguments: Arguments) async throws {
        guard let hasProject, try await !hasProject(try home(for: arguments).path, project) else { return }
        throw CommandFailure(
            "\(place): there is no project \(CleanText.line(project, bytesMax: 60)); the dashboard lists them")
    }
}

/// The identifier of a project, as somebody has typed it.
enum ProjectName {
    private static let bytesMax = 100

    /// - Parameter place: the flag that it belongs to.
    /// - Throws: ``InputError`` when no project can have it.
    static func read(_ typed: String, for place: String) throws(InputError) -> String {
        let lowered = typed.lowercased()
        let isID =
            lowered.hasPrefix("prj_")
            && lowered.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
            }
        guard isID, lowered.utf8.count <= bytesMax else {
            throw InputError(
                "\(place): '\(CleanText.line(typed, bytesMax: 60))' is no identifier of a project, which looks like "
                    + "prj_01k9z3wq4e5v6s7t8a9b0c1d2f")
        }
        return lowered
    }
}
