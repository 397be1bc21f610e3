import Glibc
import TuttiHTTP
import TuttiHTTPClient

/// Streams read at one time, event by event, and what they cost beside `stream-loop.c`, which reads no event.
struct ManyStreams {
    let url: String
    let count: Int

    private static let body =
        #"{"model":"mock-model","stream":true,"messages":[{"role":"user","content":"Count."}]}"#

    func run() async {
        var configuration = HTTPClientConfiguration()
        configuration.callsMax = count
        configuration.callsPerHostMax = count
        let client = HTTPClient(configuration)
        let clock = ContinuousClock()
        let start = clock.now
        let (ended, events) = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<count { group.addTask { await read(client) } }
            return await group.reduce(into: (0, 0)) { sums, events in
                guard let events else { return }
                sums = (sums.0 + 1, sums.1 + events)
            }
        }
        let wall = (clock.now - start) / .milliseconds(1)
        await client.shutDown()
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        let microseconds =
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + Int(usage.ru_utime.tv_usec)
            + Int(usage.ru_stime.tv_usec)
        print(
            "{\"streams\": \(ended), \"events\": \(events), \"cpu_s\": \(Double(microseconds / 1000) / 1000), "
                + "\"wall_s\": \(Double(Int(wall)) / 1000)}")
    }

    /// How many events came; `nil` when the stream did not end well.
    private func read(_ client: HTTPClient) async -> Int? {
        let request = HTTPRequest(
            .post, url, headers: ["Content-Type": "application/json", "Authorization": "Bearer sk-test"],
            body: Array(Self.body.utf8))
        do {
            let answer = try await client.stream(request)
            var events = 0
            for try await _ in answer.body.events() { events += 1 }
            return answer.status == 200 ? events : nil
        } catch {
            return nil
        }
    }
}
