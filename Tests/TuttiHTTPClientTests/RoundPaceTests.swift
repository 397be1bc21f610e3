import Testing

@testable import TuttiHTTPClient

@Suite("How soon rounds of the loop follow each other") struct RoundPaceTests {
    @Test func fewCallsNeverWait() {
        #expect(RoundPace.pause(transfers: 0, passed: .zero) == nil)
        #expect(RoundPace.pause(transfers: RoundPace.crowd - 1, passed: .zero) == nil)
    }

    @Test func aCrowdIsLookedAtAMillisecondApart() {
        #expect(RoundPace.pause(transfers: RoundPace.crowd, passed: .zero) == .milliseconds(1))
        #expect(RoundPace.pause(transfers: 10_000, passed: .microseconds(400)) == .microseconds(600))
        #expect(RoundPace.pause(transfers: 10_000, passed: .milliseconds(1)) == nil)
        #expect(RoundPace.pause(transfers: 10_000, passed: .seconds(1)) == nil)
    }
}
