import HTTPFuzzing
import Testing

@testable import TuttiHTTPServer

/// A few thousand mutations of the corpus; the program `fuzz-http` goes on for as long as it is told.
struct FuzzTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func requestsAreReadAlikeHoweverTheyCome(seed: UInt64) throws {
        var fuzzer = RequestFuzzer(seed: seed, corpus: Corpus.requests.map(\.bytes))
        for _ in 0..<1500 { try fuzzer.step() }
        #expect(fuzzer.stepCount == 1500)
        #expect(fuzzer.acceptedCount > 100 && fuzzer.refusedCount > 100)  // it reaches both sides
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func framesAreReadAlikeHoweverTheyCome(seed: UInt64) throws {
        var fuzzer = FrameFuzzer(seed: seed, corpus: Corpus.frames.map(\.content))
        for _ in 0..<1500 { try fuzzer.step() }
        #expect(fuzzer.stepCount == 1500)
        #expect(fuzzer.acceptedCount > 100 && fuzzer.refusedCount > 100)
    }

    @Test func aSeedGivesTheSameMutationsAgain() {
        var (one, other) = (Mutator(seed: 7, corpus: [[1, 2, 3]]), Mutator(seed: 7, corpus: [[1, 2, 3]]))
        for _ in 0..<100 { #expect(one.next() == other.next()) }
    }
}
