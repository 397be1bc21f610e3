import Tutti
import TuttiCore
import TuttiReadings
import TuttiRuntime
import TuttiTeams

/// `tutti memory ls`
package enum MemoryListCommand: CommandHandler {
    package static let command = MemoryCommands.list

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let memory = try await context.memory(for: arguments)
        if let name = arguments[MemoryWords.shown] {
            let entries = try await memory?.list(in: TableMemory.namespace(of: name), limit: TableMemory.searchedMax)
            try show(entries ?? [], under: name, arguments, context)
        } else {
            try show(try await memory?.namespaces() ?? [], arguments, context)
        }
        await memory?.close()
        return .reached
    }

    // MARK: Names

    private static func show(
        _ namespaces: [MemoryNamespace], _ arguments: Arguments, _ context: CommandContext
    ) throws {
        let prefix = TableMemory.namespacePrefix
        let tables = namespaces.filter { $0.name.hasPrefix(prefix) }
        if arguments[Flags.json] {
            return try context.show(
                json: .array(
                    tables.map { table in
                        [
                            "name": .string(String(table.name.dropFirst(prefix.count))),
                            "findings": .int(Int64(table.entries)), "written": .string("\(table.written)"),
                        ]
                    }))
        }
        guard !tables.isEmpty else {
            return try context.show(
                ["Nothing is remembered yet; tutti roundtable FILE --remember NAME begins with it."], arguments)
        }
        let now = SystemTimekeeper().now()
        var listing = TextTable([
            .init("NAME", isFlexible: true), .init("FINDINGS", alignment: .trailing),
            .init("AGE", alignment: .trailing),
        ])
        for table in tables {
            listing.add([
                StyledLine(String(table.name.dropFirst(prefix.count))), StyledLine("\(table.entries)"),
                StyledLine(AgeText.text(now - table.written), .muted),
            ])
        }
        try context.show(listing, arguments)
    }

    // MARK: Findings

    private static func show(
        _ entries: [MemoryEntry], under name: String, _ arguments: Arguments, _ context: CommandContext
    ) throws {
        let findings = entries.compactMap { entry in TableMemory.finding(in: entry).map { (entry, $0) } }
        if arguments[Flags.json] {
            return try context.show(json: .array(findings.map(json)))
        }
        guard !findings.isEmpty else {
            return try context.show([StyledLine("Nothing is remembered under '\(name)'.")], arguments)
        }
        let now = SystemTimekeeper().now()
        var listing = TextTable([
            .init("CRITIC"), .init("SEVERITY"), .init("STATE"), .init("FINDING", isFlexible: true),
            .init("AGE", alignment: .trailing),
        ])
        for (entry, finding) in findings {
            listing.add([
                StyledLine(finding.critic), StyledLine(finding.severity.rawValue, Role(finding.severity)),
                StyledLine(finding.isFixed ? "answered" : "open"), StyledLine(finding.message),
                StyledLine(AgeText.text(now - entry.written), .muted),
            ])
        }
        try context.show(listing, arguments)
    }

    private static func json(_ entry: MemoryEntry, _ finding: RememberedFinding) -> JSONValue {
        [
            "critic": .string(finding.critic), "code": .string(finding.code),
            "severity": .string(finding.severity.rawValue), "message": .string(finding.message),
            "quote": .string(finding.quote), "document": .string(finding.document),
            "is_fixed": .bool(finding.isFixed), "written": .string("\(entry.written)"),
            "expires": .text(entry.expires.map { "\($0)" }),
        ]
    }
}
