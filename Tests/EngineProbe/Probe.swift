import Glibc
import TuttiCore
import TuttiEngine

/// Three steps, each of which leaves a line in the log.
struct Probe: Workflow {
    let log: String
    /// Whether each second step waits for ever.
    let holds: Bool

    func run(_ input: Int, _ ctx: Context) async throws -> Int {
        var sum = 0
        for step in 1...3 {
            sum += try await ctx.step("s") {
                Console.append("\(ctx.runID) \(step) \(getpid())\n", to: log)
                if step == 2 && holds {
                    Console.say("holding\n")
                    try await Task.sleep(for: .seconds(3600))
                }
                return step
            }
        }
        return sum
    }
}

enum Console {
    /// Appends to a file with one write.
    static func append(_ line: String, to path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        write(line, to: descriptor)
        close(descriptor)
    }

    static func say(_ line: String) { write(line, to: STDOUT_FILENO) }

    private static func write(_ line: String, to descriptor: Int32) {
        var line = line
        line.withUTF8 { bytes in _ = unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
    }
}
