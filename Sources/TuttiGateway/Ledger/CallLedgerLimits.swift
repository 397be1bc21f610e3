package import TuttiCore

/// How much a ledger takes and gives at once.
package struct CallLedgerLimits: Sendable, Hashable {
    /// The most bytes of a name; what is longer is cut.
    package static let nameBytesMax = 256
    /// The most bytes of what guards have found; what is longer is cut.
    package static let guardsBytesMax = 200
    /// The first moment of the year 10000, which no longer has a date of four digits.
    package static let timeMax = Timestamp(milliseconds: 253_402_300_800_000)
    /// The longest duration that is counted: thirty days.
    package static let millisecondsMax: Int64 = 30 * 86_400_000
    /// The most attempts that are counted.
    package static let attemptsMax = 1_000_000
    /// What sums name in place of parties and routes for which there is no room.
    package static let otherName = "(other)"
    /// The most hours that sums by the hour cover: 31 days.
    package static let hourlyHoursMax: Int64 = 31 * 24
    /// The most hours that sums cover: ten years.
    package static let hoursMax: Int64 = 3660 * 24

    /// The most lines of one commit.
    package var commitMax = 512
    /// The most parties of a tenant that sums tell apart. Lines keep their own.
    package var partiesMax = 100_000
    /// The most routes of a tenant that sums tell apart: whoever asks for models that are not there makes new ones.
    package var routesMax = 10_000
    /// The most groups that one question for sums may make.
    package var groupsMax = 100_000
    /// The most rows of sums in one answer.
    package var rowsMax = 10_000
    /// The most lines of one page.
    package var pageMax = 1_000
    /// The most lines that are looked at for one page; a page may then hold fewer than asked for, or none.
    package var scanMax = 50_000
    /// The most lines that one commit removes.
    package var pruneMax = 1_000
    /// The most lines that a ledger in memory keeps.
    package var memoryLinesMax = 1_000_000

    /// Those of a server.
    package init() {}
}
