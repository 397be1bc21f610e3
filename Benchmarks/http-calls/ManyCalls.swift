import Glibc
import TuttiHTTP
import TuttiHTTPClient

/// Calls made at one time, and what they cost.
struct ManyCalls {
    let port: UInt16
    let count: Int

    func run() async {
        var configuration = HTTPClientConfiguration()
        configuration.callsMax = count
        configuration.callsPerHostMax = count
        configuration.connectionsKeptMax = count
        let client = HTTPClient(configuration)
        _ = await call(client)  // what is made once is there afterwards
        for round in 1...2 {
            let before = Self.memory()
            let clock = ContinuousClock()
            let start = clock.now
            let (answers, peak) = await callTogether(client)
            let milliseconds = Int((clock.now - start) / .milliseconds(1))
            print(
                "round \(round): \(answers) of \(count) answered in \(milliseconds) ms,"
                    + " \((peak - before) * 1024 / count) bytes more for each call")
        }
        await client.shutDown()
    }

    private func callTogether(_ client: HTTPClient) async -> (answers: Int, peak: Int) {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<count { group.addTask { await call(client) } }
            var (answers, peak) = (0, 0)
            for await isAnswered in group {
                if isAnswered { answers += 1 }
                if answers % 500 == 1 { peak = max(peak, Self.memory()) }
            }
            return (answers, peak)
        }
    }

    private func call(_ client: HTTPClient) async -> Bool {
        let request = HTTPRequest(
            .post, "http://127.0.0.1:\(port)/v1/messages", headers: ["Authorization": "Bearer 0123456789"],
            body: [UInt8](repeating: 0x20, count: 200))
        do throws(HTTPClientError) {
            return try await client.send(request).status == 200
        } catch {
            print(error)
            return false
        }
    }

    /// The process's resident memory in KiB.
    private static func memory() -> Int {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard unsafe fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024
    }
}
