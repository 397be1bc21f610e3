import Testing
import TuttiCore

@Suite struct IdentifierTests {
    @Test func readsWhatItWrites() throws {
        var random = SystemRandomNumberGenerator()
        let id = RunID(at: Timestamp(milliseconds: 1_763_645_106_120), using: &random)
        #expect(id.text.utf8.count == 30)
        #expect(RunID(id.text.uppercased()) == id)
    }

    @Test(arguments: ["", "run_", "run_01", "exe_00000000000000000000000000", "run_0000000000000000000000000u"])
    func refuses(text: String) {
        #expect(RunID(text) == nil)
    }

    @Test func sortsByTime() {
        var random = SystemRandomNumberGenerator()
        let early = RunID(at: Timestamp(milliseconds: 1000), using: &random)
        let late = RunID(at: Timestamp(milliseconds: 1001), using: &random)
        #expect(early < late)
    }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_763_645_106_120, "2025-11-20T13:25:06.120Z"), (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func writesRFC3339(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test func sumSaturates() {
        #expect(Timestamp(milliseconds: .max - 1) + .seconds(5) == Timestamp(milliseconds: .max))
    }
}
