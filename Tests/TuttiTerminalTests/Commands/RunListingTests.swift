import Testing
import TuttiCore
import TuttiStore

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("Lists of runs")
struct RunListingTests {
    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    static let executor = ExecutorID(trusted: "exe_01k9z3wq4e5v6s7t8a9b0c1d2f")

    static func run(
        _ digits: String, _ status: RunStatus, reason: String? = nil, workflow: String = "roundtable", took: Int? = nil
    ) -> RunSummary {
        RunSummary(
            id: RunID(trusted: "run_" + digits + String(repeating: "0", count: 26 - digits.count)), workflow: workflow,
            status: status, reason: reason, queue: nil, executor: status == .running ? executor : nil,
            isCancelRequested: false, created: start, finished: took.map { start + .milliseconds($0) }, deadline: nil,
            fence: 1, error: nil)
    }

    func listing(_ runs: [RunSummary], total: Int? = nil, stopped: Bool = false) -> RunListing {
        let executor = ExecutorSummary(id: Self.executor, process: 77, started: Self.start, isAlive: true)
        return RunListing(
            runs: runs, titles: [Self.run("1", .queued).id: "A plan"], total: total ?? runs.count,
            owners: RunOwners([executor]) { _ in stopped }, now: Self.start + .seconds(200_000))
    }

    @Test func everyStateHasGlyphWordAndReason() {
        let runs = [
            Self.run("1", .queued), Self.run("2", .running), Self.run("3", .waiting, reason: "interrupted"),
            Self.run("4", .completed, took: 1500), Self.run("5", .failed, workflow: "oven", took: 61_000),
            Self.run("6", .cancelled, took: 0), Self.run("7", .blocked, reason: "diverged"),
        ]
        #expect(
            listing(runs).lines(width: nil).map(\.text) == [
                "RUN               STATE                    WORKFLOW    TITLE      AGE     TOOK",
                "run_100000000000  ○ queued                 roundtable  A plan  2 days         ",
                "run_200000000000  ◐ running                roundtable          2 days  55h 33m",
                "run_300000000000  ◇ waiting (interrupted)  roundtable          2 days         ",
                "run_400000000000  ● done                   roundtable          2 days    1.5 s",
                "run_500000000000  ✕ failed                 oven                2 days   1m 01s",
                "run_600000000000  – cancelled              roundtable          2 days    0.0 s",
                "run_700000000000  ■ blocked (diverged)     roundtable          2 days         ",
            ])
        #expect(
            listing(runs).hints.map(\.text) == [
                "1 of these was interrupted; go on with: tutti runs resume run_300000000000"
            ])
    }

    @Test func aStoppedProcessIsTold() {
        let listing = listing([Self.run("2", .running)], stopped: true)
        #expect(listing.lines(width: nil).last?.text.contains("◐ running (stopped)") == true)
        #expect(
            listing.hints.map(\.text) == [
                "process 77 is stopped; wake it with `kill -CONT 77`, or: "
                    + "tutti runs resume --take-over run_200000000000"
            ])
    }

    @Test func whatARunAsksIsNamed() {
        let waiting = Self.run("3", .waiting, reason: "approval")
        var listing = listing([waiting])
        listing.asks = [waiting.id: ["publish", "legal"]]
        listing.hiddenChildren = 2
        let lines = listing.lines(width: nil).map(\.text)
        #expect(lines[1].contains("◆ waiting (approval publish, legal)  roundtable"))
        #expect(lines.last == "2 children are not shown; --children lists them")
        #expect(
            listing.hints.map(\.text) == [
                "1 of these waits for an answer; look at it with: tutti runs show run_300000000000"
            ])
    }

    @Test func whatIsNotShownIsCounted() {
        let lines = listing([Self.run("1", .queued)], total: 12).lines(width: nil)
        #expect(lines.last?.text == "… and 11 more; --limit 12 lists all")
        #expect(listing([]).lines(width: nil).map(\.text) == ["There are no such runs."])
    }

    @Test func beginningsAreLongEnoughToTellRunsApart() {
        let twins = [Self.run("1aaaaaaaaaaaaaaaaa2", .queued), Self.run("1aaaaaaaaaaaaaaaaa3", .queued)]
        let ids = listing(twins).lines(width: nil).dropFirst().map { $0.text.prefix { $0 != " " } }
        #expect(ids == ["run_1aaaaaaaaaaaaaaaaa2", "run_1aaaaaaaaaaaaaaaaa3"])
    }

    @Test func jsonHasEveryFieldAlways() throws {
        let json = listing([Self.run("2", .running)], stopped: true).json
        #expect(
            json == [
                [
                    "id": "run_20000000000000000000000000", "workflow": "roundtable", "state": "running",
                    "reason": .null, "title": .null, "created": "2027-01-15T08:00:00.000Z",
                    "finished": .null, "deadline": .null, "duration_ms": 200_000_000, "queue": .null,
                    "cancel_requested": false, "taken_up": 1,
                    "executor": ["id": .string(Self.executor.text), "process": 77, "state": "stopped"], "error": .null,
                    "asks": [], "unattended": false, "parent": .null, "forked_from": .null, "generation": 0,
                    "cost": .null,
                ]
            ])
    }
}

@Suite("The state of processes")
struct ProcessStateTests {
    @Test(arguments: [
        ("12 (sleep) T 1 2", true), ("12 (a) b) t 1", true), ("12 (T) S 1 2", false), ("12 (x) R", false), ("", false),
    ])
    func isReadBehindTheName(stat: String, isStopped: Bool) {
        #expect(ProcessState.isStopped(stat: stat) == isStopped)
    }

    @Test func aProcessThatIsNotThereIsNotStopped() { #expect(!ProcessState.isStopped(0)) }
}
