import Glibc
package import TuttiCore

/// A file with a line for each call that a provider would bill. Its lines are whole whatever happens to the caller.
///
/// The line of a whole answer is there before the answer's last bytes are on their way: what a caller has received is
/// in the file.
final class Ledger: Sendable {
    private let descriptor: Int32

    init(path: String) throws(FakeModelsError) {
        descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FakeModelsError(description: "the ledger \(path) cannot be written (error \(errno))")
        }
    }

    deinit { close(descriptor) }

    /// One billed call.
    struct Entry {
        var call: ModelCall
        var usage: TokenUsage
        var end: Reply.End
        /// Unix time in milliseconds.
        var received: Int64
        var ended: Int64

        var line: String {
            JSONText.write([
                "token": .text(call.token), "model": .string(call.model), "dialect": .string(call.dialect.rawValue),
                "call": .number(call.number), "end": .string(end.rawValue), "received": .int(received),
                "ended": .int(ended), "usage": usage.json,
            ]) + "\n"
        }
    }

    func append(_ entry: Entry) {
        let line = entry.line
        let count = unsafe write(descriptor, line, line.utf8.count)
        precondition(count == line.utf8.count, "the ledger cannot be written (error \(errno))")
    }

    /// Unix time in milliseconds.
    static func now() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension TokenUsage {
    /// As ledgers and counters have it.
    package var json: JSONValue {
        [
            "uncached": .number(uncached), "cache_read": .number(cacheRead), "cache_write": .number(cacheWrite),
            "output": .number(output), "reasoning": .number(reasoning), "microdollars": .number(microdollars),
        ]
    }
}

extension Counters {
    /// For programs.
    package var json: JSONValue {
        [
            "requests": .number(requests), "in_flight": .number(inFlight), "in_flight_max": .number(inFlightMax),
            "complete": .number(complete), "cut": .number(cut), "refused": .number(refused),
            "closed_by_client": .number(closedByClient), "at_gates": .number(atGates),
            "connections": .number(connections), "connections_max": .number(connectionsMax),
            "accepted": .number(accepted), "billed": billed.json, "models": .object(models.mapValues { .number($0) }),
            "tokens": .object(
                tokens.mapValues { count in
                    [
                        "received": .number(count.received), "complete": .number(count.complete),
                        "cut": .number(count.cut), "billed": count.billed.json,
                    ]
                }),
        ]
    }
}
