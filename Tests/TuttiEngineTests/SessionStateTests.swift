import FoundationEssentials
import Testing
import TuttiCore
import TuttiStore

@testable import TuttiEngine

@Suite struct SessionStateTests {
    static let reasons: [StopReason] = [
        .cancelled, .deadline(Timestamp(milliseconds: 1)), .parked, .leaseLost,
        .diverged(StepError(code: "d", message: "", origin: "")), .ended,
        .fault(StepError(code: "f", message: "", origin: "")), .storeFailed(StoreError(.other, "")),
    ]

    private func name(_ reason: StopReason?) -> String {
        reason.map { String(describing: $0).prefix { $0.isLetter }.description } ?? "none"
    }

    private func row(_ key: String, _ kind: StepKind) -> StepRow {
        StepRow(
            key: key, kind: kind, result: .completed(Payload(Data("1".utf8))), started: Timestamp(milliseconds: 0),
            ended: Timestamp(milliseconds: 0))
    }

    @Test("keeps the first reason, but that a lost lease overrules it", arguments: reasons.indices, reasons.indices)
    func stops(first: Int, second: Int) {
        let (first, second) = (Self.reasons[first], Self.reasons[second])
        var state = SessionState(recorded: [], recoveries: 0)
        #expect(name(state.stop) == "none")
        #expect(state.stop(for: first) == true)
        #expect(name(state.stop) == name(first))
        #expect(state.stop(for: second) == false)
        #expect(name(state.stop) == (name(second) == "leaseLost" ? "leaseLost" : name(first)))
    }

    @Test("ends once, and tells why it was stopped before", arguments: [nil] + reasons.indices.map(Optional.init))
    func finishes(index: Int?) {
        var state = SessionState(recorded: [], recoveries: 0)
        let reason = index.map { Self.reasons[$0] }
        if let reason { _ = state.stop(for: reason) }
        #expect(name(state.finish()) == name(reason))
        #expect(name(state.stop) == (reason == nil ? "ended" : name(reason)))
        #expect(name(state.finish()) == (reason == nil ? "ended" : name(reason)))
    }

    @Test func mustFlushFromAValueUntilItHasLanded() {
        var state = SessionState(recorded: [], recoveries: 0)
        #expect(!state.mustFlush)
        _ = state.deferRow(row("b#1", .branch))
        #expect(!state.mustFlush, "what follows from durable rows may wait")
        _ = state.deferRow(row("now#1", .now))
        #expect(state.mustFlush)
        let first = state.takeDeferred()
        #expect(first.rows.map(\.key) == ["b#1", "now#1"] && first.hasValue)
        #expect(state.mustFlush, "it is on its way, not on disk")
        _ = state.deferRow(row("uuid#1", .uuid))
        let second = state.takeDeferred()
        #expect(second.hasValue)
        state.valueLanded()
        #expect(state.mustFlush)
        state.valueLanded()
        #expect(!state.mustFlush)
        #expect(state.takeDeferred().rows.isEmpty)
        #expect(!state.mustFlush)
    }

    @Test func asksForAWriteWhenTooManyRowsWait() {
        var state = SessionState(recorded: [], recoveries: 0)
        for n in 1..<EngineLimits.deferredRowsMax { #expect(state.deferRow(row("b#\(n)", .branch)) == false) }
        #expect(state.deferRow(row("last#1", .branch)) == true)
    }

    @Test func resetsRecoveriesWithTheFirstClosedRowOnly() {
        var fresh = SessionState(recorded: [], recoveries: 0)
        #expect(fresh.takeResetsRecoveries(closing: true) == false)
        var recovered = SessionState(recorded: [], recoveries: 2)
        #expect(recovered.takeResetsRecoveries(closing: false) == false)
        #expect(recovered.takeResetsRecoveries(closing: true) == true)
        #expect(recovered.takeResetsRecoveries(closing: true) == false)
    }

    @Test func givesARecordedRowOnce() {
        let stored = StoredStep(
            key: "a#1", kind: .step, attempt: 1, fingerprint: nil, result: .cancelled,
            started: Timestamp(milliseconds: 0), ended: nil)
        var state = SessionState(recorded: [stored], recoveries: 0)
        #expect(state.takeRecorded("a#2") == nil)
        #expect(state.takeRecorded("a#1") == stored)
        #expect(state.takeRecorded("a#1") == nil)
    }
}

@Suite struct EngineStateTests {
    @Test func setsSlotsAside() {
        var state = EngineState()
        #expect(state.freeSlots(of: 3) == 3)
        #expect(state.reserveSlots(atMost: 2, of: 3) == 2)
        #expect(state.reserveSlots(atMost: 2, of: 3) == 1)
        #expect(state.reserveSlots(atMost: 2, of: 3) == 0)
        state.returnSlots(3)
        #expect(state.freeSlots(of: 3) == 3)
        _ = state.shutDown()
        #expect(state.freeSlots(of: 3) == 0)
        #expect(state.reserveSlots(atMost: 1, of: 3) == 0)
    }

    @Test func letsOneClaimByNameGoOnAtATime() {
        let (one, two) = (RunID(trusted: "run_1"), RunID(trusted: "run_2"))
        var state = EngineState()
        #expect(state.beginClaim(of: one, takeOver: false) == true)
        #expect(state.beginClaim(of: one, takeOver: false) == false)
        #expect(state.beginClaim(of: one, takeOver: true) == false)
        #expect(state.beginClaim(of: two, takeOver: false) == true)
        #expect(state.isClaiming(one))
        state.endClaim(of: one)
        #expect(!state.isClaiming(one))
        #expect(state.beginClaim(of: one, takeOver: false) == true)
    }
}

@Suite struct LiveStateTests {
    @Test(
        "derives the state of a live run from its task",
        arguments: [
            (true, true, false, nil, nil, RunStatus.running, nil, false),
            (true, true, true, 5, .timer, .waiting, .timer, false),
            (true, false, true, nil, .signal, .queued, nil, false),
            (true, false, false, 5, .approval, .waiting, .interrupted, true),
            (false, false, true, 5, nil, .queued, nil, false),
            (false, false, true, nil, nil, .waiting, .interrupted, false),
            (false, false, true, 5, .timer, .waiting, .timer, false),
            (false, false, false, 5, nil, .waiting, .interrupted, true),
            (false, false, false, nil, .approval, .waiting, .approval, true),
        ] as [(Bool, Bool, Bool, Int64?, WaitReason?, RunStatus, WaitReason?, Bool)])
    func derives(
        isOwned: Bool, isAlive: Bool, hasQueue: Bool, due: Int64?, wait: WaitReason?, status: RunStatus,
        reason: WaitReason?, isUnattended: Bool
    ) {
        let state = LiveState(
            isOwned: isOwned, isOwnerAlive: isAlive, hasQueue: hasQueue,
            due: due.map(Timestamp.init(milliseconds:)), wait: wait)
        #expect(state.status == status)
        #expect(state.reason == reason)
        #expect(state.isUnattended == isUnattended)
    }
}

@Suite struct JournalKeyTests {
    /// A random key with its nesting, of names that look alike.
    private func key(_ random: inout SeededGenerator) -> String {
        let names = ["a", "all", "al", "all-in", "é", "z", "A", "a b", "~"]
        return (0..<Int.random(in: 1...4, using: &random)).map { _ in
            "\(names.randomElement(using: &random) ?? "a")#\(Int.random(in: 1...12, using: &random))"
        }.joined(separator: "/")
    }

    @Test("keeps the inside of a scope together, right behind it", arguments: UInt64(0)..<20)
    func contiguous(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let keys = Set((0..<400).map { _ in key(&random) })
        let sorted = keys.sorted { $0.precedes($1) }
        for scope in keys {
            let (from, below) = JournalKey.inside(of: scope)
            let byRange = sorted.filter { !$0.precedes(from) && $0.precedes(below) }
            let byPrefix = sorted.filter { $0.utf8.starts(with: (scope + "/").utf8) }
            #expect(byRange == byPrefix)
            let position = sorted.firstIndex(of: scope) ?? 0
            #expect(Array(sorted[(position + 1)...].prefix(byRange.count)) == byRange)
        }
    }

    @Test("escapes what has a meaning in a key, and only that", arguments: UInt64(0)..<20)
    func escapes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let characters = ["a", "/", "#", "%", "é", "\n", "\u{7F}", "😀", "2", "f", "\u{0}"]
        let texts = Set(
            (0..<200).map { _ in
                (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in characters.randomElement(using: &random) }
                    .joined()
            })
        let escaped = Set(texts.map(JournalKey.escape))
        #expect(escaped.count == texts.count, "different texts stay different")
        for text in escaped {
            #expect(!text.utf8.contains { $0 < 0x20 || $0 == 0x2F || $0 == 0x23 || $0 == 0x7F })
        }
    }
}
