import TuttiCore
public import TuttiTools

/// What an agent keeps from one piece of work to the next, each agent for itself.
public enum MemoryTools {
    /// The tools `memory_set`, `memory_get` and `memory_search` over a memory.
    public static func all(_ memory: any Memory) -> [any Tool] {
        [MemorySetTool(memory: memory), MemoryGetTool(memory: memory), MemorySearchTool(memory: memory)]
    }

    /// Where the texts of an agent are.
    static func namespace(of call: ToolCall) -> String { "agent/\(call.agent)" }

    /// Entries that one search tells.
    static let entriesMax = 20

    /// Does something with the memory; what it refuses, the model may mend.
    static func use(_ body: () async throws -> ToolOutput) async throws -> ToolOutput {
        do {
            return try await body()
        } catch let error as MemoryError where !error.isRetryable {
            return .failure(error.message)
        }
    }
}

private struct MemorySetTool: Tool {
    let memory: any Memory
    let description = ToolDescription(
        name: "memory_set", purpose: "Keeps a text under a key, for you, also for later tasks.",
        parameters: .object(
            [
                .required("key", .string()), .required("value", .string()),
                .optional("days", .integer(minimum: 1, maximum: 3650).describing("how long; for ever without it")),
            ], others: .refused))

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        try await MemoryTools.use {
            let days = arguments["days"]?.intValue.map { Duration.seconds($0 * 86_400) }
            let entry = try await memory.put(
                arguments["value"]?.stringValue ?? "", for: arguments["key"]?.stringValue ?? "",
                in: MemoryTools.namespace(of: call), timeToLive: days)
            return ToolOutput("kept under '\(entry.key)'")
        }
    }
}

private struct MemoryGetTool: Tool {
    let memory: any Memory
    let description = ToolDescription(
        name: "memory_get", purpose: "Tells what you have kept under a key.",
        parameters: .object([.required("key", .string())], others: .refused))

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        try await MemoryTools.use {
            let key = arguments["key"]?.stringValue ?? ""
            let entry = try await memory.get(key, in: MemoryTools.namespace(of: call))
            return ToolOutput(entry?.value ?? "nothing is kept under this key", data: ["found": .bool(entry != nil)])
        }
    }
}

private struct MemorySearchTool: Tool {
    let memory: any Memory
    let description = ToolDescription(
        name: "memory_search",
        purpose: "Finds what you have kept by words that are in it, the newest first; without words, all of it.",
        parameters: .object([.optional("words", .string())], others: .refused))

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        try await MemoryTools.use {
            let found = try await memory.search(
                arguments["words"]?.stringValue ?? "", in: MemoryTools.namespace(of: call),
                limit: MemoryTools.entriesMax)
            guard !found.isEmpty else { return ToolOutput("nothing was found") }
            let text = found.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
            return ToolOutput(CleanText.paragraphs(text, bytesMax: ToolLimits.textMax))
        }
    }
}
