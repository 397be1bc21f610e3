import Synchronization
import Testing

@testable import TuttiTerminal

@Suite("The live block")
struct LiveBlockTests {
    /// A clock that is set by hand.
    final class Clock: Sendable {
        private let time = Mutex(Duration.zero)
        var now: Duration { time.withLock { $0 } }
        func advance(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    let sink = RecordingSink(terminalSize: TerminalSize(columns: 20, rows: 6))
    let clock = Clock()
    let block: LiveBlock

    init() {
        let clock = clock
        block = LiveBlock(sink: sink, style: Style(isColoured: false)) { clock.now }
    }

    func show(_ lines: StyledLine...) {
        clock.advance(LiveBlock.frameInterval)
        block.show(lines)
    }

    @Test func redrawsInPlace() {
        var screen = ScreenModel(columns: 20, rows: 6)
        screen.feed("$ tutti\r\n")
        show("one", "two")
        screen.feed(sink.take())
        #expect(screen.text == ["$ tutti", "one", "two"])
        #expect(!screen.isCursorShown && screen.wraps)
        show("one", "zwei", "three")
        screen.feed(sink.take())
        #expect(screen.text == ["$ tutti", "one", "zwei", "three"])
        show("eins")
        screen.feed(sink.take())
        #expect(screen.text == ["$ tutti", "eins", "", ""])
        block.finish()
        screen.feed(sink.take() + "$")
        #expect(screen.text == ["$ tutti", "eins", "$", ""])
        #expect(screen.isCursorShown && screen.wraps)
    }

    @Test func linesAboveStay() {
        var screen = ScreenModel(columns: 20, rows: 6)
        block.print(["before"])
        show("live 1", "live 2")
        for number in 1...8 {
            block.print([StyledLine("line \(number)"), "…"])
            show(StyledLine("live \(number)"), "live 2")
        }
        block.print(["last"])
        block.finish()
        block.print(["after"])
        screen.feed(sink.take())
        let printed = (1...8).flatMap { ["line \($0)", "…"] }
        #expect(screen.text == ["before"] + printed + ["last", "live 8", "live 2", "after", ""])
    }

    @Test func writesOnlyWhatDiffers() {
        show("one", "two", "three")
        _ = sink.take()
        show("one", "two", "three")
        #expect(sink.take() == "")
        show("one", "2", "three")
        let text = sink.take()
        #expect(text.contains("2") && !text.contains("one") && !text.contains("three"))
        #expect(text.utf8.count < 60)
    }

    @Test func drawsThirtyTimesASecondAtMost() {
        show("0")
        _ = sink.take()
        var frames = 0
        for number in 1...1000 {
            clock.advance(.milliseconds(1))
            block.show([StyledLine("\(number)")])
            frames += sink.take().isEmpty ? 0 : 1
        }
        #expect((29...31).contains(frames))
        block.finish()
        #expect(sink.take().contains("1000"))
    }

    @Test func aTickDrawsWhatWasHeldBack() {
        show("a")
        block.show(["b"])
        #expect(!sink.take().contains("b"))
        block.tick()
        #expect(sink.take() == "")
        clock.advance(LiveBlock.frameInterval)
        block.tick()
        #expect(sink.take().contains("b"))
    }

    @Test func isNeverWiderOrHigherThanTheTerminal() {
        var screen = ScreenModel(columns: 20, rows: 6)
        let long = StyledLine(String(repeating: "店", count: 400))
        block.show([StyledLine](repeating: long, count: 40))
        screen.feed(sink.take())
        #expect(screen.text == [String](repeating: String(repeating: "店", count: 9) + "…", count: 5))
    }

    @Test(arguments: [7, 10, 13, 19]) func survivesANarrowerTerminal(columns: Int) {
        var screen = ScreenModel(columns: 20, rows: 12)
        sink.resize(to: screen.size)
        screen.feed("$ tutti\r\n")
        show("0123456789012345678", "short", "abcdefghijklmno")
        screen.feed(sink.take())
        screen.reflow(columns: columns)
        sink.resize(to: screen.size)
        show("new 1", "new 2", "new 3")
        screen.feed(sink.take())
        #expect(screen.text.prefix(4) == ["$ tutti", "new 1", "new 2", "new 3"])
        #expect(screen.text.dropFirst(4).allSatisfy { $0.isEmpty })
    }

    @Test func survivesALowerTerminal() {
        show("1", "2", "3", "4", "5")
        _ = sink.take()
        sink.resize(to: TerminalSize(columns: 20, rows: 3))
        show("1", "2", "3", "4", "5")
        var screen = ScreenModel(columns: 20, rows: 3)
        screen.feed("3\r\n4\r\n5\r" + sink.take())
        #expect(screen.text == ["4", "5", ""])
    }

    @Test func printingAfterAResizeKeepsWhatWasPrinted() {
        var screen = ScreenModel(columns: 20, rows: 12)
        sink.resize(to: screen.size)
        show("0123456789012345678", "two")
        screen.feed(sink.take())
        screen.reflow(columns: 9)
        sink.resize(to: screen.size)
        block.print(["first"])
        block.print(["second"])
        show("one", "two")
        screen.feed(sink.take())
        #expect(screen.text.prefix(4) == ["first", "second", "one", "two"])
    }

    @Test func stopsAndContinues() {
        var screen = ScreenModel(columns: 20, rows: 6)
        show("one", "two")
        block.suspend()
        screen.feed(sink.take())
        #expect(screen.isCursorShown && screen.text == ["", ""])
        screen.feed("stopped\r\n")
        block.resume()
        screen.feed(sink.take())
        #expect(!screen.isCursorShown && screen.text == ["stopped", "one", "two"])
    }

    @Test func givesTheTerminalBackOnEveryWayOut() {
        for end in [LiveBlock.finish, LiveBlock.restore, LiveBlock.remove] {
            let clock = clock
            let block = LiveBlock(sink: sink, style: Style(isColoured: true)) { clock.now }
            var screen = ScreenModel(columns: 20, rows: 6)
            block.show(["a"])
            end(block)()
            let text = sink.take()
            screen.feed(text)
            #expect(screen.isCursorShown && screen.wraps)
            end(block)()
            block.restore()
            block.show(["b"])
            block.tick()
            #expect(sink.take() == "")
        }
    }

    @Test func aBlockThatShowedNothingLeavesNothing() {
        block.tick()
        block.finish()
        #expect(sink.take() == "")
    }

    @Test func removingLeavesOnlyWhatWasPrinted() {
        var screen = ScreenModel(columns: 20, rows: 6)
        show("live", "more")
        block.print(["kept"])
        block.remove()
        screen.feed(sink.take() + "$")
        #expect(screen.text.prefix(2) == ["kept", "$"])
    }

    @Test func theEmergencyTextIsComplete() {
        var screen = ScreenModel(columns: 20, rows: 6)
        screen.feed("\u{1B}[?25l\u{1B}[?7l" + LiveBlock.emergencyText.description)
        #expect(screen.isCursorShown && screen.wraps)
    }

    @Test(arguments: 0..<60) func endsAsTheLastFrameSays(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var screen = ScreenModel(columns: 20, rows: 6)
        var printed: [String] = []
        var last: [String] = []
        for step in 0..<40 {
            if Bool.random(using: &random) {
                printed.append("printed \(step)")
                block.print([StyledLine("printed \(step)")])
            } else {
                last = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                    String(repeating: "x", count: Int.random(in: 1...3, using: &random))
                }
                clock.advance(LiveBlock.frameInterval)
                block.show(last.map { StyledLine($0) })
            }
        }
        block.finish()
        screen.feed(sink.take())
        var text = screen.text
        while text.last == "" { text.removeLast() }
        #expect(text == printed + last)
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
