/// What the engine counts.
package enum EngineMetric {
    package static let started = MetricDescription.counter(
        "tutti_runs_started_total", "Runs that were begun, by workflow.", labels: ["workflow"], open: ["workflow"])
    package static let ended = MetricDescription.counter(
        "tutti_runs_ended_total", "Runs that came to an end or were blocked, by workflow and state.",
        labels: ["workflow", "state"], open: ["workflow"], combinationsMax: 512)
    package static let runs = MetricDescription.gauge(
        "tutti_runs", "Runs of this process, by place: work (in memory, at work) or rest (waiting).",
        labels: ["place"])
    package static let steps = MetricDescription.counter(
        "tutti_steps_total", "Attempts at steps that ended, by kind and outcome.", labels: ["kind", "outcome"])
    package static let stepDuration = MetricDescription.histogram(
        "tutti_step_duration_seconds", "Time that an attempt at a step took, by kind.", unit: .seconds,
        buckets: Buckets.workSeconds, labels: ["kind"])
    package static let commits = MetricDescription.counter(
        "tutti_commits_total", "Transactions of the journal, by outcome.", labels: ["outcome"])
    package static let commitDuration = MetricDescription.histogram(
        "tutti_commit_duration_seconds", "Time from the first command of a transaction to its sync.", unit: .seconds,
        buckets: Buckets.shortSeconds)
    package static let commitSize = MetricDescription.histogram(
        "tutti_commit_commands", "Commands in one transaction of the journal.", buckets: Buckets.counts)
    package static let degraded = MetricDescription.gauge(
        "tutti_engine_degraded", "1 while the engine waits for its store to write again, else 0.")

    package static let all = [
        started, ended, runs, steps, stepDuration, commits, commitDuration, commitSize, degraded,
    ]
}
