import TuttiCore
import TuttiSandbox

/// Keeps the workspace in a git repository.
struct GitTool: Tool {
    private enum Action: String, CaseIterable {
        case begin = "init"
        case status, diff, log, commit, branch, switchTo = "switch"
    }

    let description = ToolDescription(
        name: "git",
        purpose: "Works with the git repository of the workspace: init makes one, status and diff tell what has "
            + "changed, commit keeps all changes, branch makes a branch and switches to it, switch goes to one, log "
            + "tells the last commits.",
        parameters: .object(
            [
                .required("action", .values(Action.allCases.map { .string($0.rawValue) })),
                .optional("message", .string().describing("what a commit is told to have changed")),
                .optional("name", .string().describing("a branch; letters, digits, '-', '_', '.' and '/'")),
            ], others: .refused),
        access: .writes)

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        let arguments = ToolArguments(arguments)
        guard let action = Action(rawValue: arguments.text("action")) else {
            return .failure("there is no such action")
        }
        let name = arguments.optionalText("name")
        if let name, !Self.isName(name) {
            return .failure("'\(name)' is no name of a branch; take letters, digits, '-', '_', '.' and '/'")
        }
        switch action {
        case .begin: return try await git(["init", "-q", "-b", name ?? "main"], call)
        case .status: return try await git(["status", "--short", "--branch"], call)
        case .diff: return try await git(["diff", "HEAD"], call)
        case .log: return try await git(["log", "--oneline", "-n", "20"], call)
        case .commit:
            guard let message = arguments.optionalText("message"), !message.isEmpty else {
                return .failure("a commit needs 'message'")
            }
            let added = try await git(["add", "--all"], call)
            guard !added.isError else { return added }
            return try await git(["commit", "-q", "-m", message], call)
        case .branch:
            guard let name else { return try await git(["branch", "--list"], call) }
            return try await git(["switch", "-q", "-c", name], call)
        case .switchTo:
            guard let name else { return .failure("'switch' needs 'name'") }
            return try await git(["switch", "-q", name], call)
        }
    }

    /// Names that git takes, and never for an option.
    private static func isName(_ name: String) -> Bool {
        let bytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./".utf8)
        return (1...200).contains(name.utf8.count) && name.utf8.allSatisfy(bytes.contains) && !name.hasPrefix("-")
            && !name.contains("..") && !name.hasPrefix("/") && !name.hasSuffix("/")
    }

    /// Settings of the repository that would start programs are of no use to anybody: all of it is in the sandbox.
    private func git(_ words: [String], _ call: ToolCall) async throws -> ToolOutput {
        let settings = ["-c", "core.pager=cat", "-c", "color.ui=false", "-c", "safe.directory=*"]
        return try await call.run("git", settings + words, environment: Self.environment)
    }

    private static let environment = [
        "GIT_AUTHOR_NAME": "Tutti", "GIT_AUTHOR_EMAIL": "agent@localhost", "GIT_COMMITTER_NAME": "Tutti",
        "GIT_COMMITTER_EMAIL": "agent@localhost", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
    ]
}
