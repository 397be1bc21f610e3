import Testing
import TuttiCore

@testable import TuttiGateway

struct CallCSVTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""),
        ("a\r\nb", "\"a\r\nb\""), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"), ("=\"a\"", "\"'=\"\"a\"\"\""), ("\r=1", "\"'\r=1\""), ("a=b", "a=b"), ("ä,", "\"ä,\""),
    ])
    func writesACell(text: String, cell: String) {
        #expect(CallCSV.cell(text) == cell)
    }

    @Test(
        arguments: [(0, "0.000000"), (1, "0.000001"), (1_250_000, "1.250000"), (-5, "-0.000005")] as [(Int64, String)])
    func writesMoneyExactly(microdollars: Int64, text: String) {
        #expect(CallCSV.decimal(USD(microdollars: microdollars)) == text)
    }

    @Test func writesALine() throws {
        var line = CallLine(
            id: CallID(firstAt: ledgerNoon), tenant: "default", party: CallParty(key: "=cmd()", team: "a,b"),
            dialect: .messages, route: CallRoute(model: "fast", providerModel: "openai/small", outcome: .completed))
        line.cost = USD(microdollars: 1_000_001)
        line.firstTokenMilliseconds = 12
        (line.cache, line.guards) = (.miss, "cards=redacted:2,words=reported:1")
        let text = String(decoding: CallCSV.row(CallCSV.cells(of: line)), as: UTF8.self)
        #expect(
            text == "\(line.id),2026-09-15T12:00:00.000Z,default,'=cmd(),,,\"a,b\",,messages,fast,,openai/small,,"
                + "0,0,0,0,0,false,1.000001,true,0,12,200,completed,,1,false,,miss,"
                + "\"cards=redacted:2,words=reported:1\"\r\n")
        #expect(CallCSV.cells(of: line).count == CallCSV.names.count)
    }

    /// A page at a time, each asked for when the one before was taken.
    @Test(arguments: LedgerKind.allCases)
    func comesInPieces(kind: LedgerKind) async throws {
        var limits = CallLedgerLimits()
        limits.pageMax = 10
        try await kind.with(limits) { ledger async throws in
            var samples = SampleLines(seed: 1)
            let lines = (0..<35).map { _ in samples.line(within: 2) }.sorted { $0.id < $1.id }
            try await ledger.append(lines, at: 35)
            var (pieces, text): ([[UInt8]], String) = ([], "")
            for try await piece in ledger.csv(CallFilter(tenant: "default", order: .oldestFirst)) {
                pieces.append(piece)
                text += String(decoding: piece, as: UTF8.self)
            }
            #expect(pieces.count == 5)
            let rows = text.split(separator: "\r\n")
            #expect(rows.count == 36)
            #expect(rows[0] == Substring(CallCSV.names.joined(separator: ",")))
            #expect(rows.dropFirst().map { String($0.prefix(30)) } == lines.map(\.id.text))
        }
    }

    @Test func whatIsEmptyHasNames() async throws {
        var pieces = 0
        for try await _ in MemoryCallLedger().csv(CallFilter(tenant: "nobody")) { pieces += 1 }
        #expect(pieces == 1)
    }
}
