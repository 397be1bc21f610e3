import Glibc
import Synchronization
import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiHTTPServer
import TuttiRuntime
import TuttiStore

/// Whether the server can do its work, as far as its parts tell: each is asked beside the others, within a time limit,
/// and an answer holds for a moment.
package final class Readiness: Sendable {
    package enum Status: String, Codable, CaseIterable, Sendable {
        case ok, degraded, down, unknown

        /// From best to worst; what nobody knows is no reason to stop.
        fileprivate var weight: Int {
            switch self {
            case .ok: 0
            case .unknown: 1
            case .degraded: 2
            case .down: 3
            }
        }
    }

    /// What one part says of itself.
    package struct Check: Codable, Sendable {
        package var name: String
        /// `sqlite`, `disk`, `loop` or `http`.
        package var type: String
        package var status: Status
        package var detail: String
        package var durationMs: Int64
    }

    package struct Report: Codable, Sendable {
        package var status: Status
        package var checks: [Check]
    }

    /// One part that can be asked.
    struct Probe: Sendable {
        let name: String
        let type: String
        /// What it is taken for when it does not answer in time.
        var late: Status = .down
        let ask: @Sendable () async -> Answer
    }

    typealias Answer = (status: Status, detail: String)

    private let probes: [Probe]
    private let clock: any Timekeeper
    private let state = Mutex<(report: Report?, until: Duration)>((nil, .zero))
    /// Parts that are being asked, by name: one that is silent is not asked again.
    private let asked = Mutex<[String: Task<Answer, Never>]>([:])

    /// How long a part may take to answer.
    static let patience: Duration = .seconds(2)
    /// How long an answer holds.
    static let freshFor: Duration = .seconds(1)

    init(_ probes: [Probe], clock: any Timekeeper) {
        self.probes = probes
        self.clock = clock
    }

    func report() async -> Report {
        let now = clock.uptime()
        if let known = state.withLock({ now < $0.until ? $0.report : nil }) { return known }
        let checks = await withTaskGroup(of: (Int, Check).self) { group in
            for (index, probe) in probes.enumerated() {
                group.addTask { (index, await self.check(probe)) }
            }
            var found: [(Int, Check)] = []
            for await check in group { found.append(check) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
        let worst = checks.map(\.status).max { $0.weight < $1.weight } ?? .ok
        let report = Report(status: worst == .unknown ? .ok : worst, checks: checks)
        state.withLock { $0 = (report, clock.uptime() + Self.freshFor) }
        return report
    }

    private func check(_ probe: Probe) async -> Check {
        let begun = clock.uptime()
        let answer = await firstAnswer(of: probe)
        return Check(
            name: probe.name, type: probe.type, status: answer.status, detail: answer.detail,
            durationMs: (clock.uptime() - begun).milliseconds)
    }

    /// What a part says, or that its time is over. A part that cannot be cancelled is left to itself.
    private func firstAnswer(of probe: Probe) async -> Answer {
        let asking = ask(probe)
        let (answers, teller) = AsyncStream.makeStream(of: Answer.self, bufferingPolicy: .bufferingOldest(1))
        Task { teller.yield(await asking.value) }
        let limit = Task { [clock] in
            try await clock.sleep(for: Self.patience)
            teller.yield((probe.late, "no answer within \(Self.patience.components.seconds) s"))
        }
        defer { limit.cancel() }
        for await answer in answers { return answer }
        return (.unknown, "not asked")  // the caller has gone
    }

    private func ask(_ probe: Probe) -> Task<Answer, Never> {
        asked.withLock { asked in
            if let task = asked[probe.name] { return task }
            let task = Task {
                let answer = await probe.ask()
                self.asked.withLock { _ = $0.removeValue(forKey: probe.name) }
                return answer
            }
            asked[probe.name] = task
            return task
        }
    }
}

extension Readiness.Probe {
    /// Whether the journal can be read, and takes what is written.
    static func journal(_ engine: Engine) -> Readiness.Probe {
        Readiness.Probe(name: "journal", type: "sqlite") {
            do {
                try await engine.proveWritable()
            } catch {
                return (.down, "nothing can be written at the moment: \(code(of: error))")
            }
            do {
                _ = try await engine.store.changeCount()
                return (.ok, "read and written")
            } catch {
                return (.down, "cannot be read: \(code(of: error))")
            }
        }
    }

    /// Whether it can be found out who asks, and what is done be written down.
    static func accounts(_ access: ServerAccess) -> Readiness.Probe {
        Readiness.Probe(name: "accounts", type: "sqlite") {
            do throws(AccountError) {
                _ = try await access.accounts.store.accountsChanged()
                return (.ok, "read")
            } catch {
                return (.down, "cannot be read: \(error.code)")
            }
        }
    }

    private static func code(of error: any Error) -> String {
        (error as? StoreError).map { "\($0.code)" } ?? "the engine is ending"
    }

    /// Bytes that have to be free, so that commits do not fail in the middle of work.
    static let freeBytesMin: UInt64 = 64 << 20
    /// Below this somebody should look.
    static let freeBytesWarning: UInt64 = 512 << 20

    static func disk(_ home: String) -> Readiness.Probe {
        Readiness.Probe(name: "disk", type: "disk") {
            var information = statvfs()
            guard unsafe statvfs(home, &information) == 0 else { return (.unknown, "the file system does not tell") }
            let free = UInt64(information.f_bavail) * UInt64(information.f_frsize)
            let detail = "\(free >> 20) MiB free"
            if free < freeBytesMin { return (.down, detail) }
            return (free < freeBytesWarning ? .degraded : .ok, detail)
        }
    }

    /// Whether the loops come to their work in time.
    static func loops(_ statistics: @escaping @Sendable () -> HTTPServerStatistics?) -> Readiness.Probe {
        Readiness.Probe(name: "loops", type: "loop") {
            guard let lag = statistics()?.loopLag.max() else { return (.unknown, "not running") }
            let detail = "\(lag.milliseconds) ms late at most"
            return (lag > .seconds(5) ? .down : lag > .milliseconds(500) ? .degraded : .ok, detail)
        }
    }

    /// Whether the providers of models that are set up answer. One that does not is no reason to stop serving.
    static func providers(_ catalogue: ModelCatalogue) -> Readiness.Probe {
        Readiness.Probe(name: "models", type: "http", late: .degraded) {
            let view = await catalogue.view()
            guard view.notes.isEmpty else {
                return (.degraded, view.notes.map { "\($0.provider): \($0.message)" }.joined(separator: "; "))
            }
            return view.models.isEmpty ? (.ok, "offline only") : (.ok, "\(view.models.count) models")
        }
    }
}
