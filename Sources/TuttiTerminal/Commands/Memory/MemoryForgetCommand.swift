import Tutti
import TuttiCore
import TuttiReadings
import TuttiTeams

/// `tutti memory forget`
package enum MemoryForgetCommand: CommandHandler {
    package static let command = MemoryCommands.forget

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let name = arguments[MemoryWords.forgotten]
        let memory = try await context.memory(for: arguments)
        var count = 0
        if let memory { count = try await forget(name, in: memory) }
        await memory?.close()
        if arguments[Flags.json] {
            try context.show(json: ["name": .string(name), "forgotten": .int(Int64(count))])
        } else if count == 0 {
            try context.show([StyledLine("Nothing is remembered under '\(name)'.")], arguments)
        } else {
            try context.show([StyledLine("Forgot \(CountText.text(count, "finding")) of '\(name)'.")], arguments)
        }
        return .reached
    }

    private static func forget(_ name: String, in memory: SQLiteMemory) async throws -> Int {
        let namespace = TableMemory.namespace(of: name)
        var count = 0
        while true {
            let entries = try await memory.list(in: namespace, limit: TableMemory.searchedMax)
            if entries.isEmpty { return count }
            for entry in entries where try await memory.delete(entry.key, in: namespace) { count += 1 }
        }
    }
}
