package import TuttiCore
package import TuttiStore

/// The processes that work on runs, and how they are.
package struct RunOwners {
    package enum Health: String {
        case alive, stopped, dead
    }

    package struct Owner {
        package var executor: ExecutorID
        package var process: Int32
        package var health: Health
    }

    private let byID: [ExecutorID: Owner]

    /// - Parameter isStopped: of a process; tests pass another.
    package init(_ executors: [ExecutorSummary], isStopped: (Int32) -> Bool = ProcessState.isStopped) {
        byID = Dictionary(
            executors.map { executor in
                let health: Health = !executor.isAlive ? .dead : isStopped(executor.process) ? .stopped : .alive
                return (executor.id, Owner(executor: executor.id, process: executor.process, health: health))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// All of them, the oldest first.
    package var all: [Owner] { byID.values.sorted { $0.executor < $1.executor } }

    package subscript(run: RunSummary) -> Owner? { run.executor.flatMap { byID[$0] } }
}

extension RunOwners.Owner {
    /// As `--json` shows it.
    package var json: JSONValue {
        ["id": .string(executor.text), "process": .int(Int64(process)), "state": .string(health.rawValue)]
    }
}
