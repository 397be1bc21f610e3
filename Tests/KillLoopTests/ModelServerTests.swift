import CSQLite
import FakeModels
import FoundationEssentials
import Glibc
import KillLoop
import Testing
import TuttiCore

extension Workloads {
    /// The real `fake-models`, as a workload with models uses it.
    struct ModelServerTests {
        private func withPlace(_ body: (String) throws -> Void) throws {
            let place = FileManager.default.temporaryDirectory.path + "/models-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: place) }
            try body(place)
        }

        /// `fake-models` is built beside the tests.
        private func program() throws -> String {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: tests).deletingLastPathComponent().path + "/fake-models"
        }

        /// Sends bytes, and waits until the other side closes.
        private func exchange(_ port: UInt16, _ text: String) -> String {
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            _ = unsafe Loopback.withAddress(port) { unsafe connect(socket, $0, $1) }
            _ = unsafe send(socket, text, text.utf8.count, Int32(MSG_NOSIGNAL))
            var (whole, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
            while true {
                let count = unsafe recv(socket, &buffer, buffer.count, 0)
                guard count > 0 else { return String(decoding: whole, as: UTF8.self) }
                whole += buffer[..<count]
            }
        }

        @Test func billsIntoItsLedgerAndEndsWhenToldTo() throws {
            try withPlace { place in
                let server = try ModelServer(program(), at: place, arguments: ["--critic", "0", "--cost", "25"])
                let schema = #"{"type":"json_schema","json_schema":{"schema":{"type":"integer","minimum":4}}}"#
                let body = #"{"model":"m","messages":[],"response_format":\#(schema)}"#
                let answer = exchange(
                    server.port,
                    "POST /v1/chat/completions HTTP/1.1\r\nIdempotency-Key: t\r\nConnection: close\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
                #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
                #expect(answer.contains(#""content":"4""#))
                let (lines, malformed) = ModelCallLine.read(server.ledger)
                #expect(malformed.isEmpty)
                #expect(lines.map(\.token) == ["t"])
                #expect(lines.map(\.microdollars) == [25])
                let counters = try #require(server.stop())
                #expect(counters.contains(#""complete":1"#))
            }
        }

        @Test func saysWhyItDoesNotListen() throws {
            try withPlace { place in
                #expect {
                    try ModelServer(program(), at: place, arguments: ["--tokens", "many"])
                } throws: {
                    "\($0)".contains("--tokens is a number")
                }
            }
        }

        @Test func stepsThatHaveCostAreReadByTheirTokens() throws {
            try withPlace { place in
                var database: OpaquePointer?
                #expect(unsafe sqlite3_open(place + "/tutti.db", &database) == SQLITE_OK)
                let sql = """
                    create table run(id text, generation integer);
                    create table step(id integer primary key, run text, key text, kind text, ended integer,
                        cost integer, tokens integer);
                    insert into run values('run_1', 0);
                    insert into step values(1, 'run_1', 'review#1', 'step', 77, 14, 30),
                        (2, 'run_1', 'open#1', 'step', null, 14, 30), (3, 'run_1', 'free#1', 'step', 78, null, null);
                    """
                #expect(unsafe sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK)
                unsafe sqlite3_close_v2(database)
                let steps = try JournalReader(home: place, scratch: place).paidSteps()
                let token = Digest.sha256Hex("run_1\nreview#1\n0")
                #expect(
                    steps == [
                        ModelHistory.PaidStep(token: token, key: "review#1", ended: 77, microdollars: 14, tokens: 30)
                    ])
            }
        }
    }
}
