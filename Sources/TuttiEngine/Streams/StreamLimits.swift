import TuttiCore

/// The bounds of what live readers cost.
package enum StreamLimits {
    /// Items that one read of the journal brings.
    static let pageSize = 200
    /// The newest items that are kept for the readers of one stream, by number and by bytes. Who is further behind
    /// reads events from the journal; of frames there is no journal, so there the reader is cut off.
    package static let ringCountMax = 1024
    static let ringSizeMax = 1 << 20
    /// After a number of readers was woken, the next look waits so long for each of them, and not at all when that
    /// comes to less than the least rest.
    static let restPerReader: Duration = .microseconds(25)
    static let restMin: Duration = .milliseconds(5)
    /// Bytes of one frame; what a step streams at once may be longer and becomes several.
    package static let frameSizeMax = 16 << 10
    /// Bytes that are kept of one step's stream, and of all streams of one run, for readers that come late. What is
    /// streamed beyond that is only seen live.
    package static let keptPerStepMax = 1 << 20
    package static let keptPerRunMax = 4 << 20
    /// Text is kept in pieces of this many bytes; as soon as a step has streamed as much, it is on its way to the
    /// database.
    package static let chunkSize = 4 << 10
    /// What is less waits so long for more.
    package static let chunkDelay: Duration = .milliseconds(250)
    /// Parts of streams that one read brings: less than a ring holds.
    static let chunkPageSize = 32
}
