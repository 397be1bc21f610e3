import Testing

@testable import TuttiHTTPServer

struct WebSocketMachineTests {
    private let limits = HTTPServerLimits()

    private func machine() -> WebSocketMachine {
        WebSocketMachine(options: WebSocketOptions(), limits: SharedLimits(limits), now: .zero)
    }

    /// A frame with a mask of zeros, which leaves the content as it is.
    private func frame(_ opcode: UInt8, _ content: [UInt8] = []) -> [UInt8] {
        [0x80 | opcode, 0x80 | UInt8(content.count), 0, 0, 0, 0] + content
    }

    private func receive(
        _ machine: inout WebSocketMachine, _ bytes: [UInt8], now: Duration = .zero
    ) -> [WebSocketMachine.Action] {
        var (offset, all) = (0, [WebSocketMachine.Action]())
        while let actions = machine.receive(bytes.span, &offset, now: now) { all += actions }
        return all
    }

    @Test func pingsAreAnsweredWithTheirContent() {
        var machine = machine()
        #expect(receive(&machine, frame(9, [1, 2])) == [.send([0x8a, 2, 1, 2])])
        #expect(receive(&machine, frame(10)) == [])
    }

    @Test func tooManyPingsCloseTheSocket() {
        var machine = machine()
        for _ in 0..<limits.pingsPerSecondMax { #expect(receive(&machine, frame(9)) == [.send([0x8a, 0])]) }
        // A second later they count anew.
        for _ in 0..<limits.pingsPerSecondMax { _ = receive(&machine, frame(9), now: .seconds(1)) }
        let actions = receive(&machine, frame(9), now: .seconds(1))
        #expect(actions.first == .endReceiving)
        #expect(actions.last == .send(close(.policy, "too many pings")))
        #expect(receive(&machine, frame(9), now: .seconds(1)) == [])
    }

    @Test func aCloseIsAnsweredWithItsCode() {
        var machine = machine()
        let actions = receive(&machine, frame(8, [0x0f, 0xa0]))
        #expect(actions == [.endReceiving, .send([0x88, 2, 0x0f, 0xa0]), .finish])
        #expect(receive(&machine, frame(1, [0x61])) == [])
        #expect(machine.close(.normal, "", now: .zero) == [])
    }

    @Test func ourCloseWaitsForTheirs() {
        var machine = machine()
        #expect(machine.close(.goingAway, "bye", now: .zero) == [.endReceiving, .send(close(.goingAway, "bye"))])
        #expect(receive(&machine, frame(1, [0x61])) == [])  // what was on its way counts no more
        #expect(receive(&machine, frame(8)) == [.finish])
    }

    @Test func ourCloseDoesNotWaitForEver() {
        var machine = machine()
        _ = machine.close(.normal, "", now: .zero)
        #expect(machine.tick(now: .seconds(4)) == [])
        #expect(machine.tick(now: .seconds(5)) == [.abort])
        #expect(machine.tick(now: .seconds(6)) == [])
    }

    @Test func aBrokenRuleIsToldAndEndsIt() {
        var machine = machine()
        let actions = receive(&machine, [0x81, 0x01, 0x61])
        #expect(actions == [.endReceiving, .send(close(.protocolError, "a frame is not masked")), .finish])
    }

    @Test func aPeerThatShowsNoLifeIsGivenUp() {
        var machine = machine()
        #expect(machine.tick(now: .seconds(29)) == [])
        #expect(machine.tick(now: .seconds(30)) == [.send([0x89, 0])])
        _ = receive(&machine, frame(10), now: .seconds(31))
        #expect(machine.tick(now: .seconds(60)) == [.send([0x89, 0])])
        #expect(machine.tick(now: .seconds(90)) == [.endReceiving, .abort])
    }

    @Test func aLongReasonIsCutOffBetweenCharacters() {
        let payload = WebSocketFrame.closePayload(.normal, String(repeating: "ä", count: 100))
        #expect(payload.count == 124)
        #expect(String(validating: payload.dropFirst(2), as: UTF8.self) == String(repeating: "ä", count: 61))
    }

    @Test(arguments: [0, 125, 126, 65_535, 65_536])
    func framesAreReadAsTheyWereWritten(size: Int) {
        var frame = WebSocketFrame.bytes(.binary, [UInt8](repeating: 7, count: size))
        #expect(frame.count == size + (size < 126 ? 2 : size < 65_536 ? 4 : 10))
        // A client's has a mask.
        frame[1] |= 0x80
        frame.insert(contentsOf: [0, 0, 0, 0], at: frame.count - size)
        var machine = machine()
        #expect(receive(&machine, frame) == [.deliver(.binary([UInt8](repeating: 7, count: size)))])
    }

    private func close(_ code: WebSocketCloseCode, _ reason: String) -> [UInt8] {
        WebSocketFrame.bytes(.close, WebSocketFrame.closePayload(code, reason))
    }
}
