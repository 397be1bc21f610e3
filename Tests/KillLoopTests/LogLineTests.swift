import KillLoop
import Testing

struct LogLineTests {
    @Test(arguments: ["", "1 2", "1 2 x", "1 2 3 4", " 1 2", "1  2 3"])
    func refuses(text: String) {
        #expect(LogLine(text) == nil)
    }

    @Test func reads() {
        #expect(LogLine("7 3 4711") == LogLine(name: StepName(workflow: "7", step: 3), process: 4711))
    }
}
