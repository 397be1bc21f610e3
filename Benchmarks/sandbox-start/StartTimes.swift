import FoundationEssentials
import Glibc
import TuttiCore
import TuttiRuntime
import TuttiSandbox

/// How long programs take from their start to their end, and what they leave behind.
struct StartTimes {
    let sandboxes: [any Sandbox]
    let workspace: TemporaryFolder
    private let clock = SystemTimekeeper()

    init(sandboxes: [any Sandbox], workspace: TemporaryFolder) {
        self.sandboxes = sandboxes
        self.workspace = workspace
    }

    private var command: SandboxCommand {
        var command = SandboxCommand("/usr/bin/true", workspace: workspace.path)
        command.limits.time = .seconds(600)
        return command
    }

    /// Prints the median, the 99th of a hundred and how much more than a plain spawn it is.
    func measure(runs: Int) async throws {
        var plain: [Duration] = []
        var times = sandboxes.map { _ in [Duration]() }
        for _ in 0..<runs {
            plain.append(try await time { _ = try await Subprocess("/usr/bin/true").run() })
            for (number, sandbox) in sandboxes.enumerated() {
                times[number].append(try await time { _ = try await sandbox.run(command) })
            }
        }
        let least = Self.part(0.5, of: plain)
        print("plain spawn: median \(Self.text(least)), p99 \(Self.text(Self.part(0.99, of: plain)))")
        for (sandbox, times) in zip(sandboxes, times) {
            let median = Self.part(0.5, of: times)
            print(
                "\(sandbox.description.name): median \(Self.text(median)), p99 "
                    + "\(Self.text(Self.part(0.99, of: times))), \(Self.text(median - least)) more than a plain spawn")
        }
    }

    private func time(_ body: () async throws -> Void) async throws -> Duration {
        let began = clock.uptime()
        try await body()
        return clock.uptime() - began
    }

    private static func part(_ part: Double, of times: [Duration]) -> Duration {
        times.sorted()[min(times.count - 1, Int(Double(times.count) * part))]
    }

    private static func text(_ time: Duration) -> String {
        "\(Double(Int(time / .microseconds(10))) / 100) ms"
    }

    /// Runs programs that start another one and end, all at once, and says whether nothing is left of them.
    func runSideBySide(_ sandbox: any Sandbox, count: Int) async throws -> Bool {
        let before = try Leftovers()
        let began = clock.uptime()
        let succeeded = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<count {
                group.addTask {
                    var command = command
                    command.program = "/bin/sh"
                    command.arguments = ["-c", "(sleep 600 &)"]
                    return try await sandbox.run(command).end == .exited(0)
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        let took = clock.uptime() - began
        let left = try Leftovers().subtracting(before)
        print("\(sandbox.description.name): \(succeeded) of \(count) side by side succeeded in \(Self.text(took))")
        for line in left { print("    left: \(line)") }
        return succeeded == count && left.isEmpty
    }
}

/// What a sandbox could leave: processes of ours, mounts, cgroups and temporary files.
private struct Leftovers {
    private let all: Set<String>

    init() throws {
        let files = FileManager.default
        var all = Set(try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8).split(separator: "\n"))
            .map(String.init)
        for name in try files.contentsOfDirectory(atPath: "/proc") where Int(name) != nil {
            let bytes = files.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
            let words = String(decoding: bytes, as: UTF8.self)
            for program in ["bwrap", "runsc", "sleep\0600"] where words.contains(program) {
                all.append("process \(name): \(words.replacing("\0", with: " "))")
            }
        }
        let temporary = files.temporaryDirectory.path
        all += try files.contentsOfDirectory(atPath: temporary).filter { $0.hasPrefix("tutti-sandbox-") }
        all += Self.groups(in: "/sys/fs/cgroup").map { "cgroup \($0)" }
        self.all = Set(all)
    }

    /// The cgroups of runs in a folder and those below it.
    private static func groups(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.map { "\(folder)/\($0)" }.filter(isFolder).flatMap { path in
            groups(in: path) + (path.contains("/tutti-run-") ? [path] : [])
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    func subtracting(_ other: Leftovers) -> [String] { all.subtracting(other.all).sorted() }
}
