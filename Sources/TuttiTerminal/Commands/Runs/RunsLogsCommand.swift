import TuttiCore
import TuttiReadings
import TuttiRuntime
import TuttiStore

/// `tutti runs logs [-f] ID`
package enum RunsLogsCommand: CommandHandler {
    package static let command = RunsCommands.logs

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, store, _ in
            let log = RunLog(
                run: record.summary.id, workflow: record.summary.workflow, store: store,
                isJSON: arguments[Flags.json], style: context.style(for: context.output, arguments), context: context)
            guard arguments[Flags.follow] else {
                _ = try await log.print(after: 0)
                return .reached
            }
            return try await log.followUntilSignal()
        }
    }
}

/// Prints the events of one run.
struct RunLog: Sendable {
    let run: RunID
    let workflow: String
    let store: any JournalStore
    let isJSON: Bool
    let style: Style
    let context: CommandContext
    var clock: any Timekeeper = SystemTimekeeper()

    private static let pageSize = 500
    private static let poll: Duration = .milliseconds(250)

    /// Prints what there is behind the event `n`, and gives the number of the last event.
    func print(after n: Int64) async throws -> Int64 {
        var last = n
        while true {
            let page = try await store.events(of: run, after: last, limit: Self.pageSize)
            guard let newest = page.last else { return last }
            if last == 0, let first = page.first, first.n > 1 {
                try context.tell("note: the log begins at \(first.n); what came before has been pruned")
            }
            try context.output.write(try page.map(text).joined())
            last = newest.n
        }
    }

    private func text(_ event: RunEvent) throws -> String {
        guard isJSON else { return event.line.rendered(style) + "\n" }
        return String(decoding: try CanonicalJSON.encode(event.envelope(workflow: workflow)), as: UTF8.self) + "\n"
    }

    /// Prints events as they come, until the run has its end or was left without one.
    func follow() async throws {
        var last: Int64 = 0
        var seen: Int64 = -1
        while true {
            let count = try await store.changeCount()
            // Looked at before the events, so that none can come after them unseen.
            let summary = try await store.run(run, tenant: RunReference.tenant)?.summary
            if count != seen { last = try await print(after: last) }
            seen = count
            guard let summary, !summary.status.isFinal else { return }
            if summary.isInterrupted || summary.status == .blocked {
                try context.tell("The run is \(summary.status.rawValue) (\(summary.reason ?? "")). Go on with:")
                return try context.tell("  tutti runs resume \(run)")
            }
            try await clock.sleep(for: Self.poll)
        }
    }

    /// As ``follow()``; a signal ends it, which leaves the run alone.
    func followUntilSignal() async throws -> ExitCode {
        try await withThrowingTaskGroup(of: ExitCode.self) { group in
            group.addTask {
                try await follow()
                return .reached
            }
            group.addTask {
                for await _ in Signals.stream(RoundtableSitting.signals) { return .interrupted }
                return .reached
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .reached
        }
    }
}
