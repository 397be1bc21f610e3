import FoundationEssentials
import Testing
import TuttiCore
import TuttiEngine
import TuttiRuntime
import TuttiStore
import TuttiTesting

/// A workflow with every kind of key that a journal can hold. What it does must not change: the journals of all
/// releases are replayed by it. A new kind of key gets a workflow of its own beside it.
private struct Excursion: Workflow {
    static let name = "golden.excursion"

    struct Small: Workflow {
        static let name = "golden.small"
        func run(_ input: String, _ ctx: Context) async throws -> String {
            try await ctx.step("work", input, StepOptions(retry: .never)) { input in
                if input == "bad" { throw Trouble(isRetryable: false) }
                return input + "!"
            }
        }
    }

    func run(_ input: [String: Int], _ ctx: Context) async throws -> [String] {
        let plain = try await ctx.step("plain") { "plain" }
        let withInput = try await ctx.step("with input", input) { $0["n"] ?? 0 }
        try await ctx.step("mail", .atMostOnce) {}
        let retried = try await ctx.step("retried", StepOptions(retry: RetryPolicy(attemptsMax: 2, delayFirst: .zero)))
        { () -> Double in
            if StepContext.current?.attempt == 1 { throw Trouble() }
            return 0.1
        }
        let large = try await ctx.step("large") { String(repeating: "large ", count: 2000) }
        let world = try await values(ctx)
        let scopes = try await scopes(ctx)
        let waits = try await waits(ctx)
        let children = try await children(ctx)
        return [plain, "\(withInput)", "\(retried)", "\(large.count)", world] + scopes + waits + children
    }

    private func values(_ ctx: Context) async throws -> String {
        let now = try await ctx.now()
        let number = try await ctx.random(in: 1...1_000_000)
        let uuid = try await ctx.uuid()
        return try await ctx.step("values", [now.description, "\(number)", uuid]) { $0.joined(separator: " ") }
    }

    private func scopes(_ ctx: Context) async throws -> [String] {
        let branch = try await ctx.branch("branch") { ctx in try await ctx.step("inner") { "branch" } }
        let all = try await ctx.all("all", ["a", "b/c"], key: \.self) { item, ctx in
            try await ctx.step("inner", item) { $0 + "!" }
        }
        var failed = ""
        do {
            _ = try await ctx.all("all failing", [1, 2, 3], key: { "\($0)" }) { item, ctx in
                try await ctx.step("inner", item, StepOptions(retry: .never)) { item in
                    if item > 1 { throw Trouble(code: "trouble \(item)", isRetryable: false) }
                    return item
                }
            }
        } catch let error as StepError {
            failed = error.code
        }
        let settled = try await ctx.allSettled("settled", [1, 2], key: { "\($0)" }) { item, ctx in
            try await ctx.step("inner", item, StepOptions(retry: .never)) { item in
                if item == 2 { throw Trouble(isRetryable: false) }
                return item
            }
        }
        let race = try await ctx.race("race", ["quick", "never"], key: \.self) { item, ctx in
            if item == "never" { return try await ctx.signal("never", as: String.self) }
            return try await ctx.step("inner", item) { $0 }
        }
        let outcomes = settled.map { if case .success(let value) = $0 { "\(value)" } else { "failed" } }
        return [branch] + all + [failed] + outcomes + [race]
    }

    private func waits(_ ctx: Context) async throws -> [String] {
        let signal = try await ctx.signal("signal", as: [String: Int].self)
        let late = try? await ctx.signal("late", as: Int.self, within: .milliseconds(1))
        try await ctx.sleep(for: .milliseconds(1))
        let edited = try await ctx.approval("edited", showing: ["draft": "tea"])
        let refused: String
        switch try await ctx.decision("refused", showing: 7) {
        case .approved: refused = "approved"
        case .rejected(let answer): refused = answer.reason ?? ""
        case .expired: refused = "expired"
        }
        let expired: String
        switch try await ctx.decision("expired", showing: 8, within: .milliseconds(1)) {
        case .approved, .rejected: expired = "answered"
        case .expired: expired = "expired"
        }
        let first = try await ctx.first(
            of: .signal("nothing"), .approval("withdrawn", showing: 9), .timer(.milliseconds(1)))
        return [
            "\(signal)", "\(late != nil)", edited["draft"] ?? "", refused, expired, "\(first.position)",
        ]
    }

    private func children(_ ctx: Context) async throws -> [String] {
        let good = try await ctx.child(Small(), "good")
        let bad: String
        do {
            bad = try await ctx.child(Small(), "bad", "bad child")
        } catch let error as StepError {
            bad = error.code
        }
        return [good, bad]
    }

    /// Plays the people and programs that the waits are for.
    static func drive(_ engine: Engine, _ run: RunID) async throws {
        try await engine.signal(run, "signal", ["n": 1])
        let edited = try await engine.untilAsked("edited", of: run).hash
        try await engine.approve(run, "edited", hash: edited, edited: ["draft": "coffee"], by: "ann")
        let refused = try await engine.untilAsked("refused", of: run).hash
        try await engine.reject(run, "refused", hash: refused, by: "bob", reason: "too much")
    }
}

/// Fails until it is retried.
private struct SecondTry: Workflow {
    static let name = "golden.second_try"

    func run(_ input: Bool, _ ctx: Context) async throws -> Int {
        let first = try await ctx.step("first") { 1 }
        return try await ctx.branch("branch") { ctx in
            try await ctx.step("work", StepOptions(retry: .never)) {
                if input && SecondTryDoor.isShut.isGiven { return first + 1 }
                throw Trouble(isRetryable: false)
            }
        }
    }
}

/// Fails, and is undone.
private struct Booking: Workflow {
    static let name = "golden.booking"
    var undos: [Undo] { [Undo("release") { (_: Int, _) in }] }

    func run(_ input: Int, _ ctx: Context) async throws -> Int {
        let seat = try await ctx.step("book", input, StepOptions(retry: .never, undo: "release")) { $0 }
        try await ctx.step("pay", StepOptions(retry: .never)) { throw Trouble(isRetryable: false) }
        return seat
    }
}

private enum SecondTryDoor { static let isShut = Signal() }

/// The journals of all releases can still be taken up by the present engine.
@Suite("Golden journals of the engine") struct GoldenTests {
    @Test(arguments: Golden.files("excursion")) func everyKindOfKey(file: String) async throws {
        let report = try await expectReplays(Excursion(), file)
        #expect(report.unasked == [] && report.frontier == [])
        let kinds = try Set(RunArchive(path: file).stepKinds)
        #expect(kinds == Set(Golden.kindsOfExcursion))
    }

    @Test(arguments: Golden.files("waiting")) func withoutAnEnd(file: String) async throws {
        #expect(try await expectReplays(Excursion(), file).frontier == ["edited#1"])
    }

    @Test(arguments: Golden.files("failed") + Golden.files("retried")) func failedAndRetried(file: String) async throws
    {
        let report = try await expectReplays(SecondTry(), file)
        #expect(report.unasked == [] && report.frontier == [])
    }

    @Test(arguments: Golden.files("undone")) func undone(file: String) async throws {
        #expect(try await expectReplays(Booking(), file).checked == 2)
        #expect(try RunArchive(path: file).stepKinds.contains("undo"))
    }

    @Test func everyReleaseHasItsOwn() {
        for name in ["excursion", "waiting", "failed", "retried", "undone"] {
            #expect(!Golden.files(name).isEmpty, "\(name)")
        }
    }

    // MARK: Recording

    /// Not a check: `scripts/golden` runs it once for each release.
    @Test(.enabled(if: Golden.recorded != nil, "scripts/golden records")) func record() async throws {
        try await withEngine(on: MemoryJournalStore(), [Excursion(), Excursion.Small(), SecondTry(), Booking()]) {
            engine in
            let undone = try await engine.start(Booking(), 7)
            #expect(await undone.outcome == .run(.failed, cause: "trouble"))
            try await Golden.keep(engine.archive(of: undone.id), as: "undone")

            let waiting = try await engine.start(Excursion(), ["n": 4])
            try await engine.signal(waiting.id, "signal", ["n": 1])
            _ = try await engine.untilAsked("edited", of: waiting.id)
            try await Golden.keep(engine.archive(of: waiting.id), as: "waiting")

            let whole = try await engine.start(Excursion(), ["n": 4])
            try await Excursion.drive(engine, whole.id)
            #expect(try await whole.output.count == 20)
            try await Golden.keep(engine.archive(of: whole.id), as: "excursion")

            let failing = try await engine.start(SecondTry(), true)
            #expect(await failing.outcome == .run(.failed, cause: "trouble"))
            try await Golden.keep(engine.archive(of: failing.id), as: "failed")
            SecondTryDoor.isShut.give()
            #expect(try await engine.retry(failing.id, as: Int.self).output == 2)
            try await Golden.keep(engine.archive(of: failing.id), as: "retried")
        }
    }
}

/// Where the recorded journals lie: a folder for each release.
enum Golden {
    /// The release whose journals are to be recorded.
    static let recorded = ProcessInfo.processInfo.environment["TUTTI_RECORD_GOLDEN"]

    private static let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Golden"

    /// The journals of this name, of all releases.
    static func files(_ name: String) -> [String] {
        let releases = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return releases.sorted().map { "\(folder)/\($0)/\(name).json" }.filter {
            FileManager.default.fileExists(atPath: $0)
        }
    }

    static func keep(_ archive: RunArchive, as name: String) throws {
        let folder = "\(folder)/\(recorded ?? "none")"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try archive.document().write(to: URL(filePath: "\(folder)/\(name).json"))
    }

    static let kindsOfExcursion = [
        "step", "branch", "all", "settled", "race", "signal", "approval", "sleep", "child", "now", "random", "uuid",
    ]
}

extension RunArchive {
    fileprivate var stepKinds: [String] { steps.map(\.kind.rawValue) }
}
