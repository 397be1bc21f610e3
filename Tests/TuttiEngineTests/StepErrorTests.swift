import Testing
import TuttiCore

@Suite struct StepErrorTests {
    struct Refusal: CodedError {
        var code = "refused"
        var message = "no"
        var data: JSONValue?
    }

    @Test(
        "is the same when it is read back",
        arguments: [
            JSONValue.null, 3, .double(3), .double(2.5), .double(1e300),
            ["n": .double(7), "list": [1, .double(1), "a"]],
            .string("\u{0}\u{1F600}"),
        ])
    func equalAfterStorage(data: JSONValue) throws {
        let error = StepError(Refusal(data: data), at: "a#1")
        let stored = try CanonicalJSON.decode(StepError.self, from: CanonicalJSON.encode(error))
        #expect(stored == error)
        #expect(StepError(stored, at: "outer#1") == error)
    }

    @Test("leaves out data that cannot be stored", arguments: [JSONValue.double(.nan), .array([.double(.infinity)])])
    func dropsUnstorableData(data: JSONValue) throws {
        let error = StepError(Refusal(data: data), at: "a#1")
        #expect(error == StepError(code: "refused", message: "no", origin: "a#1"))
        #expect(StepError(StepError(code: "c", message: "m", data: data, origin: "o"), at: "a#1").data == nil)
    }

    @Test func leavesOutTooMuchData() {
        let large = JSONValue.string(String(repeating: "x", count: StepError.dataSizeMax))
        #expect(StepError(Refusal(data: large), at: "a#1").data == nil)
    }

    @Test("cuts long messages at a whole character", arguments: ["x", "é", "日", "😀", "👨‍👩‍👧‍👦"])
    func cutsMessages(unit: String) {
        for extra in 0..<4 {
            let long = String(repeating: "a", count: extra) + String(repeating: unit, count: 6000)
            let error = StepError(Refusal(message: long), at: "a#1")
            #expect(error.message.utf8.count <= StepError.messageLengthMax)
            #expect(error.message.utf8.count > StepError.messageLengthMax - 16)
            #expect(error.message.hasSuffix(" … (cut)"))
            #expect(!error.message.contains("\u{FFFD}"))
            #expect(StepError(error, at: "b#1") == error)
        }
        let fitting = String(repeating: "x", count: StepError.messageLengthMax)
        #expect(StepError(Refusal(message: fitting), at: "a#1").message == fitting)
    }

    @Test func tellsOfErrorsWithoutACode() {
        struct Plain: Error {}
        #expect(StepError(Plain(), at: "a#1") == StepError(code: "error", message: "Plain()", origin: "a#1"))
        let cancelled = StepError(code: "cancelled", message: "the work was cancelled", origin: "a#1")
        #expect(StepError(CancellationError(), at: "a#1") == cancelled)
    }
}

@Suite struct RandomSourceTests {
    @Test func drawsOnFromASeed() {
        let shared = LockedGenerator(SeededGenerator(seed: 7))
        var alone = SeededGenerator(seed: 7)
        let drawn = (0..<5).map { _ in shared.draw { $0.next() } }
        #expect(drawn == (0..<5).map { _ in alone.next() })
        #expect(Set(drawn).count == 5)
    }

    @Test("waits between nothing and a ceiling that doubles", arguments: 0..<20)
    func jitter(seed: UInt64) {
        let policy = RetryPolicy(attemptsMax: 8, delayFirst: .seconds(1), delayMax: .seconds(10))
        var random = SeededGenerator(seed: seed)
        for attempt in 1..<8 {
            let ceiling: Duration = min(.seconds(1 << (attempt - 1)), .seconds(10))
            let delay = policy.delay(afterAttempt: attempt, using: &random)
            #expect(delay.map { $0 >= .zero && $0 <= ceiling } == true)
        }
        #expect(policy.delay(afterAttempt: 8, using: &random) == nil)
        #expect(RetryPolicy.never.delay(afterAttempt: 1, using: &random) == nil)
    }

    @Test func usesTheWholeRangeOfAWait() {
        let policy = RetryPolicy(attemptsMax: 100, delayFirst: .milliseconds(100), delayMax: .seconds(5))
        var random = SeededGenerator(seed: 1)
        let delays = (0..<400).compactMap { _ in policy.delay(afterAttempt: 1, using: &random)?.milliseconds }
        #expect(delays.contains { $0 < 10 } && delays.contains { $0 > 90 })
        let late = policy.delay(afterAttempt: 99, using: &random)
        #expect(late.map { $0 <= .seconds(5) } == true)
        let huge = RetryPolicy(attemptsMax: 100, delayFirst: .seconds(Int64.max), delayMax: .seconds(Int64.max))
        #expect(huge.delay(afterAttempt: 60, using: &random) != nil)
    }
}
