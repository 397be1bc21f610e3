import Testing
import TuttiCore
import TuttiGateway

struct CallIDTests {
    @Test func saysWhenItWasMade() {
        var random = SeededGenerator(seed: 1)
        let id = CallID(at: ledgerNoon, using: &random)
        #expect(id.text.hasPrefix("cal_"))
        #expect(id.time == ledgerNoon)
        #expect(id.bits.map { CallID(bits: $0) } == id)
        #expect(CallID(id.text) == id)
        #expect(CallID(trusted: "cal_nothing").time == nil)
    }

    @Test func comesBehindTheFirstOfItsMoment() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<100 {
            let id = CallID(at: ledgerNoon, using: &random)
            #expect(CallID(firstAt: ledgerNoon) < id)
            #expect(id < CallID(firstAt: ledgerNoon + .milliseconds(1)))
        }
    }
}
