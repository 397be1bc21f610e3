import TuttiCore

/// Lines as a table for other programs (RFC 4180), in pieces of a page each: as many as there are, in the memory of
/// one page.
///
/// ```swift
/// for try await piece in ledger.csv(filter) { try await body.write(piece) }
/// ```
///
/// The first piece is the line of names. Times are written as RFC 3339 does, money as dollars with six digits. A cell
/// that a spreadsheet would take for a formula begins with `'`.
package struct CallCSV: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = CallLedgerError

    let ledger: any CallLedger
    let filter: CallFilter

    /// Begins at the first piece; each iteration reads the ledger anew.
    package func makeAsyncIterator() -> Iterator { Iterator(ledger: ledger, filter: filter) }

    /// Asks for a page when the one before was taken.
    package struct Iterator: AsyncIteratorProtocol {
        package typealias Failure = CallLedgerError

        private enum Place {
            case names
            case behind(CallID?)
            case end
        }

        let ledger: any CallLedger
        let filter: CallFilter
        private var place = Place.names

        init(ledger: any CallLedger, filter: CallFilter) {
            self.ledger = ledger
            self.filter = filter
        }

        /// The next piece; `nil` behind the last.
        ///
        /// - Throws: ``CallLedgerError`` when a page cannot be read. What was given before is whole lines.
        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(CallLedgerError) -> [UInt8]? {
            while true {
                switch place {
                case .names:
                    place = .behind(nil)
                    return CallCSV.row(CallCSV.names)
                case .behind(let id):
                    let page = try await ledger.page(filter, behind: id, limit: ledger.limits.pageMax)
                    place = page.next.map { .behind($0) } ?? .end
                    if !page.lines.isEmpty { return page.lines.flatMap { CallCSV.row(CallCSV.cells(of: $0)) } }
                case .end: return nil
                }
            }
        }

        /// The next piece; `nil` behind the last.
        ///
        /// - Throws: ``CallLedgerError`` when a page cannot be read.
        package mutating func next() async throws(CallLedgerError) -> [UInt8]? {
            try await next(isolation: nil)
        }
    }
}

extension CallLedger {
    /// Lines as a table for other programs.
    package func csv(_ filter: CallFilter) -> CallCSV { CallCSV(ledger: self, filter: filter) }
}

extension CallCSV {
    /// The names of the columns; new ones come at the end.
    package static let names = [
        "id", "time", "tenant", "key", "person", "project", "team", "run", "dialect", "model", "deployment",
        "provider_model", "provider_key", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens",
        "reasoning_tokens", "estimated", "cost_usd", "priced", "duration_ms", "first_token_ms", "status", "outcome",
        "error", "attempts", "streamed", "request", "cache", "guards",
    ]

    /// The cells of a line, one for each name.
    static func cells(of line: CallLine) -> [String] {
        [
            line.id.text, line.time.description, line.tenant, line.party.key ?? "", line.party.person ?? "",
            line.party.project ?? "", line.party.team ?? "", line.run?.text ?? "", line.dialect.rawValue,
            line.route.model, line.route.deployment ?? "", line.route.providerModel ?? "", line.providerKey ?? "",
            String(line.tokens.uncachedInput), String(line.tokens.cacheRead), String(line.tokens.cacheWrite),
            String(line.tokens.output), String(line.tokens.reasoning), String(line.isEstimated),
            decimal(line.cost), String(line.isPriced), String(line.durationMilliseconds),
            line.firstTokenMilliseconds.map { String($0) } ?? "", String(line.status), line.route.outcome.rawValue,
            line.error ?? "", String(line.attempts), String(line.isStreamed), line.request ?? "",
            line.cache?.rawValue ?? "", line.guards ?? "",
        ]
    }

    /// Dollars with all six digits of the fraction.
    static func decimal(_ amount: USD) -> String {
        let magnitude = amount.microdollars.magnitude
        let fraction = String(magnitude % 1_000_000)
        let sign = amount.microdollars < 0 ? "-" : ""
        return "\(sign)\(magnitude / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
    }

    /// A line of the table, its end included.
    static func row(_ cells: [String]) -> [UInt8] {
        Array((cells.map(cell).joined(separator: ",") + "\r\n").utf8)
    }

    /// The text of a cell, quoted where the format asks for it.
    static func cell(_ text: String) -> String {
        var text = text
        if let first = text.utf8.first, "=+-@\t\r\n".utf8.contains(first) { text = "'" + text }
        guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
