import FoundationEssentials
import Glibc
import TuttiCore
import TuttiReadings
import TuttiTeams

/// A workflow file as it was found and read.
struct WorkflowFile {
    /// As errors call it.
    let path: String
    /// The absolute path of its folder, where its commands run.
    let folder: String
    private let text: String

    /// - Parameters:
    ///   - typed: a path; or a name in the folder `workflows` of the home, which goes before when it has no ending.
    ///   - home: the home.
    /// - Throws: ``InputError`` when there is no such file, or it cannot be read.
    init(_ typed: String, home: String) throws(InputError) {
        path = try Self.find(typed, home: home)
        text = try DocumentReader.read(path)
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        folder = String(absolute[..<(absolute.lastIndex(of: "/") ?? absolute.startIndex)])
    }

    private static let endings = [".yaml", ".yml"]

    private static func find(_ typed: String, home: String) throws(InputError) -> String {
        guard !typed.contains("/") else { return typed }
        let folder = home + "/workflows"
        let hasEnding = endings.contains { typed.hasSuffix($0) }
        let atHome = (hasEnding ? [""] : endings).map { "\(folder)/\(typed)\($0)" }
        let places = hasEnding ? [typed] + atHome : atHome + [typed]
        if let path = places.first(where: isFile) { return path }
        throw InputError(
            "there is no workflow '\(typed)', neither here nor in \(folder); write the path of a file, such as "
                + "./\(typed)" + (hasEnding ? "" : ".yaml"))
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }

    /// What it says.
    ///
    /// - Throws: ``InputError`` with place, mistake and line.
    func definition(critics: [String]) throws(InputError) -> WorkflowDefinition {
        do throws(DefinitionError) {
            return try WorkflowDefinition.read(text, file: path, critics: critics)
        } catch {
            throw InputError("\(error.message)\n\(excerpt(line: error.line, column: error.column))")
        }
    }

    /// The text of a file that a roundtable names.
    static func document(at path: String) throws(StepError) -> String {
        do throws(InputError) {
            return try DocumentReader.read(path)
        } catch {
            throw StepError(code: "bad_input", message: error.description, origin: "")
        }
    }

    // MARK: The place of a mistake

    /// Columns of a line that are shown.
    private static let columnsMax = 100

    /// A line, and a mark below the column.
    private func excerpt(line: Int, column: Int) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.indices.contains(line - 1) else { return "" }
        let scalars = Array(TerminalText.spaced(lines[line - 1]).unicodeScalars)
        let start = max(0, column - Self.columnsMax + 20)
        let shown = Self.text(scalars.dropFirst(start).prefix(Self.columnsMax))
        let before = Self.text(scalars.dropFirst(start).prefix(max(0, column - 1 - start)))
        let number = "\(line)"
        let margin = String(repeating: " ", count: number.count)
        let indent = String(repeating: " ", count: TerminalText.width(of: before))
        return "  \(number) | \(shown)\n  \(margin) | \(indent)^"
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}

extension TerminalText {
    /// A line as it is shown where columns count: each tab and each control character is one space.
    fileprivate static func spaced(_ line: Substring) -> String {
        var text = String.UnicodeScalarView()
        for scalar in line.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format: text.append(" ")
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}
