import Glibc
import TuttiCore
import TuttiRuntime
import TuttiSandbox

// What it costs to run a program in a sandbox: sandbox-start RUNS SIDE_BY_SIDE
//
// Runs /usr/bin/true by a plain spawn and in each sandbox of this machine, in turn, so that all see the same machine;
// then that many side by side in each, after which nothing may be left.

let arguments = CommandLine.arguments
guard arguments.count == 3, let runs = Int(arguments[1]), runs > 0, let sideBySide = Int(arguments[2]),
    (1...Subprocess.runningMax).contains(sideBySide)
else {
    print("usage: sandbox-start RUNS SIDE_BY_SIDE (at most \(Subprocess.runningMax))")
    exit(2)
}

var sandboxes: [any Sandbox] = []
for choice in [SandboxChoice.bubblewrap, .gvisor] {
    do { sandboxes.append(try await choice.find()) } catch { print(error) }
}
for sandbox in sandboxes {
    print("\(sandbox.description.name) \(sandbox.description.version)")
    for mechanism in sandbox.description.mechanisms { print("    \(mechanism.limit): \(mechanism.means)") }
}
let starts = StartTimes(sandboxes: sandboxes, workspace: try TemporaryFolder())
defer { starts.workspace.remove() }
try await starts.measure(runs: runs)
for sandbox in sandboxes {
    guard try await starts.runSideBySide(sandbox, count: sideBySide) else { exit(1) }
}
