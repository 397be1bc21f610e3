/// A point of view from which the rulebook reads a document; every rule belongs to exactly one.
public struct CriticProfile: Codable, Sendable, Hashable {
    /// What `--critics` takes.
    public var id: String
    /// The name that reports show.
    public var title: String
    /// One sentence on what this critic looks for.
    public var looksAt: String

    /// Reads for the people who decide what is built.
    public static let product = CriticProfile(
        id: "product", title: "Product critic",
        looksAt: "Whether a reader knows what is wanted, for whom, and when it is done: sections, words, measures.")
    /// Reads for the people who build and run it.
    public static let engineering = CriticProfile(
        id: "engineering", title: "Engineering critic",
        looksAt: "Whether it can be built, released and run: failures, limits, rollout, rollback, references, numbers.")
    /// Reads for the people whose data and lives it touches.
    public static let aiRisk = CriticProfile(
        id: "ai-risk", title: "Data and AI risk critic",
        looksAt: "Whether people and their data are safe: privacy, secrets, and what a model may do unattended.")

    /// All critics of the rulebook, in the order in which reports show them.
    public static let all = [product, engineering, aiRisk]
}
