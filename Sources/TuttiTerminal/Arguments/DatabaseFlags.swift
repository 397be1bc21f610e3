import TuttiConfiguration

/// The flags of `tutti db prune`.
package enum DatabaseFlags {
    package static let olderThan = Flag<Duration?>(
        "older-than", "AGE", setting: ConfigurationKeys.retentionRuns, in: .selection,
        help: "Remove runs that ended before that",
        "Removes runs that ended longer ago than this, such as 90d.")
    package static let keep = Flag<Int?>(
        "keep", "N", setting: ConfigurationKeys.retentionKeep, in: .selection, help: "Keep so many of each workflow",
        "Keeps so many ended runs of each workflow, the newest, and removes older ones.")
    package static let eventsOlderThan = Flag<Duration?>(
        "events-older-than", "AGE", setting: ConfigurationKeys.retentionEvents, in: .selection,
        help: "Remove events before that",
        "Removes events longer ago than this of ended runs that stay. The last event of each run stays, too.")
    package static let workflow = Flag<String?>(
        "workflow", "NAME", .text, in: .selection, help: "Only runs of this workflow",
        "Removes only runs of the workflow of this name, with their children.")
    package static let dryRun = Flag<Bool>(
        "dry-run", in: .output, help: "Only say what would be removed",
        "Says what would be removed, and changes nothing.")
    package static let yes = Flag<Bool>(
        "yes", in: .output, help: "Remove without being asked",
        "Removes without asking. Where nobody can be asked, nothing is removed without it.")
}
