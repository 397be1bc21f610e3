import TuttiCore
import TuttiRuntime

/// Reads a file of the workspace, or some of its lines.
struct ReadFileTool: Tool {
    let description = ToolDescription(
        name: "read_file",
        purpose: "Reads a text file of the workspace. Each line comes with its number. Ask for a part of a long file.",
        parameters: .object(
            [
                .required("path", .path),
                .optional("first_line", .integer(minimum: 1).describing("where to begin; 1 without it")),
                .optional("lines", .integer(minimum: 1, maximum: 5_000).describing("how many lines; 1000 without it")),
            ], others: .refused),
        access: .reads)

    private static let linesUsual = 1_000

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        let arguments = ToolArguments(arguments)
        return try await call.onFiles { files in
            let path = try WorkspacePath(arguments.text("path"))
            guard let text = String(validating: try files.read(path), as: UTF8.self) else {
                throw WorkspacePathError("'\(path.text)' is no text; look at it with a command such as file or xxd")
            }
            let first = arguments.number("first_line") ?? 1
            return Self.output(text, path, first: first, count: arguments.number("lines") ?? Self.linesUsual)
        }
    }

    private static func output(_ text: String, _ path: WorkspacePath, first: Int, count: Int) -> ToolOutput {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard !lines.isEmpty else { return ToolOutput("'\(path.text)' is empty.") }
        guard first <= lines.count else {
            return .failure("'\(path.text)' has \(lines.count) lines; there is no line \(first)")
        }
        var (shown, last) = ("", first - 1)
        for line in lines[(first - 1)...].prefix(count) {
            let next = "\(last + 1)\t\(line)\n"
            guard shown.utf8.count + next.utf8.count <= ToolLimits.textMax else { break }
            shown += next
            last += 1
        }
        if last < first {
            return .failure("line \(first) of '\(path.text)' is longer than \(ToolLimits.textMax) bytes; use a command")
        }
        if last < lines.count { shown += "(lines \(first) to \(last) of \(lines.count))\n" }
        return ToolOutput(shown, data: ["path": .string(path.text), "lines": .int(Int64(lines.count))])
    }
}

/// Writes a whole file.
struct WriteFileTool: Tool {
    let description = ToolDescription(
        name: "write_file",
        purpose: "Writes a file of the workspace, in place of what was there. Folders on the way are made.",
        parameters: .object(
            [.required("path", .path), .required("content", .string().describing("all of it"))], others: .refused),
        access: .writes)

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        let arguments = ToolArguments(arguments)
        return try await call.onFiles { files in
            let path = try WorkspacePath(arguments.text("path"))
            let bytes = Array(arguments.text("content").utf8)
            let wasThere = try files.write(bytes, to: path)
            let done = wasThere ? "replaced" : "made"
            return ToolOutput(
                "'\(path.text)' is \(done), with \(bytes.count) bytes.",
                data: ["path": .string(path.text), "bytes": .int(Int64(bytes.count)), "made": .bool(!wasThere)])
        }
    }
}

/// Replaces a piece of a file.
struct EditFileTool: Tool {
    let description = ToolDescription(
        name: "edit_file",
        purpose: "Replaces a piece of a text file. The old text has to stand there exactly once, line ends and spaces "
            + "included, unless all places are meant.",
        parameters: .object(
            [
                .required("path", .path),
                .required("old", .string().describing("what stands there, exactly")),
                .required("new", .string().describing("what is to stand there")),
                .optional("all", .boolean.describing("replace every place")),
            ], others: .refused),
        access: .writes)

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        let arguments = ToolArguments(arguments)
        return try await call.onFiles { files in
            let path = try WorkspacePath(arguments.text("path"))
            guard let text = String(validating: try files.read(path), as: UTF8.self) else {
                throw WorkspacePathError("'\(path.text)' is no text and cannot be edited")
            }
            let (old, new) = (arguments.text("old"), arguments.text("new"))
            let count = old.isEmpty ? 0 : text.ranges(of: old).count
            guard !old.isEmpty else { return .failure("'old' is empty; say what is to be replaced") }
            guard count > 0 else {
                return .failure("'\(path.text)' does not hold the text of 'old'; read the file and copy it exactly")
            }
            guard count == 1 || arguments.toggle("all") == true else {
                return .failure(
                    "'\(path.text)' holds the text of 'old' \(count) times; give more of what stands around it, or "
                        + "'all': true")
            }
            _ = try files.write(Array(text.replacing(old, with: new).utf8), to: path)
            return ToolOutput(
                count == 1 ? "'\(path.text)' is changed." : "'\(path.text)' is changed in \(count) places.",
                data: ["path": .string(path.text), "places": .int(Int64(count))])
        }
    }
}

/// Lists files.
struct ListFilesTool: Tool {
    let description = ToolDescription(
        name: "list_files",
        purpose: "Lists the files and folders of the workspace, with their sizes.",
        parameters: .object(
            [
                .optional("path", .string().describing("the folder to begin at; the whole workspace without it")),
                .optional("pattern", .string().describing("what paths have to fit, such as *.py or src/**/*.swift")),
            ], others: .refused),
        access: .reads)

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        let arguments = ToolArguments(arguments)
        return try await call.onFiles { files in
            let path = try WorkspacePath(arguments.optionalText("path") ?? ".")
            let pattern = arguments.optionalText("pattern").map { GlobPattern(String($0.prefix(ToolLimits.pathMax))) }
            let listing = try WorkspaceListing(files, at: path, pattern: pattern)
            guard !listing.entries.isEmpty else {
                return ToolOutput(pattern == nil ? "'\(path.text)' is empty." : "nothing fits the pattern.")
            }
            var (text, told) = ("", 0)
            for entry in listing.entries {
                let line = Self.line(entry)
                guard text.utf8.count + line.utf8.count <= ToolLimits.textMax else { break }
                text += line
                told += 1
            }
            if listing.isCut || told < listing.entries.count {
                text += "(and more; list a folder, or give a pattern)\n"
            }
            return ToolOutput(text, data: ["entries": .int(Int64(told))])
        }
    }

    private static func line(_ entry: WorkspaceListing.Entry) -> String {
        switch entry.sort {
        case .file(let size): "\(entry.path.text)\t\(size)\n"
        case .folder: "\(entry.path.text)/\n"
        case .link: "\(entry.path.text)\t(a link)\n"
        case .other: "\(entry.path.text)\t(no file)\n"
        }
    }
}

extension ToolCall {
    /// Works on the files, on a thread of its own; what is wrong with a path is told to the model.
    func onFiles(_ body: @escaping @Sendable (WorkspaceFiles) throws -> ToolOutput) async throws -> ToolOutput {
        let files = try workspace()
        do {
            return try await PosixThread.value(name: "tutti-files") { try body(files) }
        } catch let error as WorkspacePathError {
            return .failure(error.message)
        }
    }
}

extension JSONSchema {
    /// The path of a file in a workspace.
    static let path = JSONSchema.string().describing("from the workspace's folder on, such as src/main.py")
}
