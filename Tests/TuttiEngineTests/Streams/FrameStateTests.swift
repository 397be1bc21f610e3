import Testing
import TuttiCore
import TuttiStore

@testable import TuttiEngine

@Suite struct FrameStateTests {
    private var state = FrameState(run: RunID(trusted: "run_0000000000000000000000000a"))

    private func stamp(_ attempt: Int, fence: Int64 = 1) -> AttemptStamp {
        AttemptStamp(fence: fence, attempt: attempt)
    }

    private func chunk(_ text: String, at offset: Int, attempt: Int = 1, fence: Int64 = 1) -> StreamChunk {
        StreamChunk(key: "a#1", stamp: stamp(attempt, fence: fence), offset: offset, text: text)
    }

    private func page(_ chunks: [StreamChunk], through: Int64, keys: Set<String> = ["a#1"]) -> ChunkPage {
        ChunkPage(chunks: chunks, through: through, isFull: false, keys: keys)
    }

    private func told(_ frames: [PlacedFrame]) -> [String] { frames.map { told($0.frame) } }

    private func told(_ frame: StepFrame) -> String {
        switch frame.content {
        case .text(let text): "\(frame.attempt):\(frame.offset) \(text)"
        case .reset: "\(frame.attempt) reset"
        case .finished: "\(frame.attempt):\(frame.offset) finished"
        }
    }

    @Test mutating func countsBytesAndNotCharacters() {
        #expect(told(state.append("ä€", to: "a#1", stamp(1)).frames) == ["1:0 ä€"])
        #expect(told(state.append("b", to: "a#1", stamp(1)).frames) == ["1:5 b"])
        #expect(state.append("", to: "a#1", stamp(1)).frames.isEmpty)
        #expect(told(state.finish("a#1", stamp(1))) == ["1:6 finished"])
        #expect(state.last == 3)
    }

    @Test mutating func cutsALongTextBetweenCharacters() {
        let text = String(repeating: "ä", count: StreamLimits.frameSizeMax) + "€"
        let frames = state.append("x" + text, to: "a#1", stamp(1)).frames.map(\.frame)
        #expect(frames.count == 3)
        var joined = ""
        for frame in frames {
            guard case .text(let piece) = frame.content else { return #expect(Bool(false), "a frame without text") }
            #expect(frame.offset == joined.utf8.count && piece.utf8.count <= StreamLimits.frameSizeMax)
            joined += piece
        }
        #expect(joined == "x" + text)
    }

    @Test mutating func voidsAnAttemptWhenALaterOneBegins() {
        _ = state.append("abc", to: "a#1", stamp(1))
        #expect(told(state.append("x", to: "a#1", stamp(2)).frames) == ["2 reset", "2:0 x"])
        #expect(state.append("late", to: "a#1", stamp(1)).frames.isEmpty)
        #expect(told(state.append("y", to: "a#1", stamp(1, fence: 2)).frames) == ["1 reset", "1:0 y"])
        #expect(state.finish("a#1", stamp(2)).isEmpty)
        #expect(state.earlier().map(told) == ["1:0 y"])
    }

    @Test mutating func tellsALateReaderAllThatIsKept() {
        for n in 0..<3000 { _ = state.append("\(n),", to: n.isMultiple(of: 2) ? "a#1" : "b#1", stamp(1)) }
        for (key, rest) in [("a#1", 0), ("b#1", 1)] {
            var joined = ""
            for frame in state.earlier() where frame.key == key {
                #expect(frame.offset == joined.utf8.count)
                if case .text(let text) = frame.content { joined += text }
            }
            #expect(joined == (0..<3000).filter { $0 % 2 == rest }.map { "\($0)," }.joined())
        }
        _ = state.finish("a#1", stamp(1))
        #expect(Set(state.earlier().map(\.key)) == ["b#1"])
    }

    @Test("keeps no more than the limits of a step and of a run", arguments: [1, 8])
    mutating func limits(steps: Int) {
        let block = String(repeating: "x", count: 10_000)
        for _ in 0..<150 {
            for step in 0..<steps { _ = state.append(block, to: "s#\(step)", stamp(1)) }
        }
        let kept = state.earlier().reduce(0) { sum, frame in
            if case .text(let text) = frame.content { sum + text.utf8.count } else { sum }
        }
        let most = min(steps * StreamLimits.keptPerStepMax, StreamLimits.keptPerRunMax)
        #expect(kept <= most && kept > most - steps * 20_000)
        #expect(state.takeUnsaved(sizeMin: 0).reduce(0) { $0 + $1.text.utf8.count } == kept)
        #expect(told(state.append("end", to: "s#0", stamp(1)).frames) == ["1:1500000 end"])
        for step in 0..<steps { _ = state.finish("s#\(step)", stamp(1)) }
        #expect(state.append("anew", to: "t#1", stamp(1)).unsaved == 4)
    }

    @Test mutating func givesEachPartToTheDatabaseOnce() {
        _ = state.append("hello ", to: "a#1", stamp(1))
        #expect(state.append("world", to: "a#1", stamp(1)).unsaved == 11)
        #expect(state.takeUnsaved(sizeMin: 100).isEmpty)
        #expect(state.takeUnsaved(sizeMin: 0) == [chunk("hello world", at: 0)])
        #expect(state.takeUnsaved(sizeMin: 0).isEmpty)
        _ = state.append("!", to: "a#1", stamp(1))
        #expect(state.takeUnsaved(sizeMin: 0) == [chunk("!", at: 11)])
        _ = state.append("lost", to: "a#1", stamp(1))
        _ = state.append("new", to: "a#1", stamp(2))
        #expect(state.takeUnsaved(sizeMin: 0) == [chunk("new", at: 0, attempt: 2)])
    }

    @Test mutating func takesFromTheDatabaseOnlyWhatIsNew() {
        _ = state.append("hello", to: "a#1", stamp(1))
        #expect(told(state.take(page([chunk("hel", at: 0)], through: 1))).isEmpty)
        #expect(told(state.take(page([chunk("lo wor", at: 3)], through: 2))) == ["1:5  wor"])
        #expect(told(state.take(page([chunk("ld", at: 9)], through: 3))) == ["1:9 ld"])
        #expect(state.lastChunk == 3)
        #expect(state.takeUnsaved(sizeMin: 0).map(\.text) == ["hello"])
    }

    @Test mutating func showsAGapByItsOffset() {
        #expect(told(state.take(page([chunk("b", at: 7)], through: 1))) == ["1:7 b"])
        #expect(told(state.take(page([chunk("c", at: 8)], through: 2))) == ["1:8 c"])
        #expect(state.earlier().isEmpty)
    }

    @Test mutating func endsAStepWhoseKeptPartsAreGone() {
        _ = state.append("mine", to: "b#1", stamp(1))
        _ = state.take(page([chunk("abc", at: 0)], through: 1))
        #expect(told(state.take(page([], through: 1))).isEmpty)
        #expect(told(state.take(page([], through: 1, keys: []))) == ["1:3 finished"])
        #expect(state.earlier().map(\.key) == ["b#1"])
    }

    @Test mutating func showsATakeoverAsReset() {
        _ = state.append("abc", to: "a#1", stamp(2))
        let frames = state.take(page([chunk("xyz", at: 0, attempt: 1, fence: 2)], through: 1))
        #expect(told(frames) == ["1 reset", "1:0 xyz"])
        #expect(state.take(page([chunk("old", at: 3, attempt: 9)], through: 2)).isEmpty)
    }
}
