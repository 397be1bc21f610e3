/// One process that was killed: what it had written to the log, and what the journal held after its death.
package struct Kill: Sendable {
    /// The lines of the log, counted from zero, that were written while it lived.
    package let lines: Range<Int>
    package let process: Int32
    /// The steps with a result in the journal.
    package let recorded: Set<StepName>

    package init(lines: Range<Int>, process: Int32, recorded: Set<StepName>) {
        self.lines = lines
        self.process = process
        self.recorded = recorded
    }

    /// The steps that had begun and whose result is not in the journal: of each workflow the last line decides,
    /// because its steps follow one another.
    package func inFlight(in log: [LogLine]) -> Set<StepName> {
        Set(lastLines(in: log).values.filter { !recorded.contains($0) })
    }

    /// The steps behind which their workflow went on although their result is not in the journal.
    package func abandoned(in log: [LogLine]) -> Set<StepName> {
        let last = lastLines(in: log)
        let earlier = log[lines].map(\.name).filter { last[$0.workflow] != $0 }
        return Set(earlier).subtracting(recorded)
    }

    private func lastLines(in log: [LogLine]) -> [String: StepName] {
        log[lines].reduce(into: [:]) { $0[$1.name.workflow] = $1.name }
    }
}
