import KillLoop
import Testing

struct KillLoopOptionsTests {
    @Test(arguments: [
        ([], "--binary is missing"),
        (["--binary"], "--binary needs a value"),
        (["--binary", "t", "--kill", "3"], "unknown argument '--kill'"),
        (["--binary", "t", "--kills", "0"], "--kills is a number from 1 to 1000000"),
        (["--binary", "t", "--seed", "x"], "--seed is a number from 0 to 18446744073709551615"),
        (["--binary", "t", "--workload", "both"], "--workload is crash, trips, roundtable, models or all, not 'both'"),
        (["--binary", "t", "--workload", "models"], "--workload models needs --models, the path of fake-models"),
    ])
    func refuses(arguments: [String], message: String) {
        #expect(throws: KillLoopOptions.UsageError(description: message)) {
            try KillLoopOptions(arguments, seed: 1)
        }
    }

    @Test func reads() throws {
        let options = try KillLoopOptions(
            ["--binary", "t", "--kills", "9", "--seed", "5", "--workload", "crash", "--home", "h", "--models", "m"],
            seed: 1)
        #expect(options.binary == "t" && options.kills == 9 && options.seed == 5)
        #expect(options.workload == .crash && options.home == "h" && options.models == "m")
    }
}
