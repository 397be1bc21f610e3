import TestProcess
import TuttiGateway
import TuttiGatewaySQLite

/// The ledgers there are; each has to do the same.
enum LedgerKind: CaseIterable {
    case memory
    case sqlite

    func with<Output>(
        _ limits: CallLedgerLimits = CallLedgerLimits(), _ body: (any CallLedger) async throws -> Output
    ) async throws -> Output {
        switch self {
        case .memory: return try await body(MemoryCallLedger(limits: limits))
        case .sqlite:
            let home = try TestFolder()
            let ledger = SQLiteCallLedger(home: home.path, limits: limits)
            let output = try await body(ledger)
            await ledger.close()
            return output
        }
    }
}

extension CallLedger {
    /// Appends lines, so many at once.
    func append(_ lines: [CallLine], at once: Int) async throws {
        var rest = lines[...]
        while !rest.isEmpty {
            try await withThrowingTaskGroup { group in
                for line in rest.prefix(once) { group.addTask { _ = try await self.append(line) } }
                try await group.waitForAll()
            }
            rest = rest.dropFirst(once)
        }
    }

    /// All lines of a filter, by pages of so many.
    func all(_ filter: CallFilter, pagesOf limit: Int = 1_000) async throws -> [CallLine] {
        var lines: [CallLine] = []
        var place: CallID?
        repeat {
            let page = try await page(filter, behind: place, limit: limit)
            lines += page.lines
            place = page.next
        } while place != nil
        return lines
    }

    /// The rows of an answer by what they are told apart by.
    func rows(_ query: CallSumsQuery) async throws -> [[CallSums.Group]: CallFigures] {
        let sums = try await sums(query)
        return Dictionary(sums.rows.map { ($0.groups, $0.figures) }, uniquingKeysWith: { first, _ in first })
    }
}
