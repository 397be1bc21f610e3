import TuttiAgents
public import TuttiCore
public import TuttiDocuments
public import TuttiEngine

/// Whoever has a review at a roundtable: most are a ``Critic``; those whose review takes several steps, such as calls
/// of models, implement this.
public protocol Reviewer: Sendable {
    /// Names it in the journal, in reports and on the command line.
    var id: String { get }

    /// Reads one version of the document. What it asks the world is in steps of `ctx`, and its last step is
    /// ``TuttiEngine/Context/recordReview(of:by:_:)``, which gives the review.
    ///
    /// - Throws: any error; a reviewer that fails is left out of its round, within the quorum.
    func review(_ request: ReviewRequest, _ ctx: Context) async throws -> Review
}

/// Somebody who reads a document and says what is wrong with it, in one step.
///
/// ```swift
/// struct Shouting: Critic {
///     let id = "shouting"
///
///     func review(_ request: ReviewRequest) async throws -> Review {
///         let isLoud = request.document.contains("!!!")
///         return Review(critic: id, findings: isLoud ? [Finding(critic: id, code: "loud", severity: .low, …)] : [])
///     }
/// }
/// ```
public protocol Critic: Reviewer {
    /// Reads one version of the document.
    ///
    /// The result is recorded: a review that is known is not asked for again, whatever happens to the process.
    ///
    /// - Throws: any error; the step is tried again unless the error is a `CodedError` that says it is of no use. A
    ///   critic that fails for good is left out of its round, within the quorum.
    func review(_ request: ReviewRequest) async throws -> Review
}

extension Critic {
    /// Reviews in one step.
    public func review(_ request: ReviewRequest, _ ctx: Context) async throws -> Review {
        try await ctx.recordReview(of: request, by: id) { try await review(request) }
    }
}

/// What a critic is asked.
public struct ReviewRequest: Sendable {
    /// The whole text of the version.
    public var document: String
    /// What sort of document it is.
    public var kind: DocumentKind
    /// Counted from 1.
    public var round: Int
    /// What was open after the last round, of all critics, the worst first.
    public var open: [Finding]
    /// What the critic has found in earlier roundtables, what is still open first; empty for a roundtable without a
    /// memory.
    public var remembered: [RememberedFinding]

    /// A request, as for the test of a critic.
    public init(
        document: String, kind: DocumentKind = .generic, round: Int = 1, open: [Finding] = [],
        remembered: [RememberedFinding] = []
    ) {
        self.document = document
        self.kind = kind
        self.round = round
        self.open = open
        self.remembered = remembered
    }
}

/// Whoever changes the document between two rounds: most are a ``Moderator``; those that take several steps, such as
/// calls of models, implement this.
public protocol Refiner: Sendable {
    /// Names the moderator in the report.
    var id: String { get }

    /// Gives the next version of the document. What it asks the world is in steps of `ctx`, and its last step is
    /// ``TuttiEngine/Context/recordRevision(of:by:_:)``, which gives the revision.
    ///
    /// - Throws: any error; the roundtable ends with it as ``RoundtableOutcome/stalled``, with all that was found.
    func refine(_ request: RefineRequest, _ ctx: Context) async throws -> Revision
}

/// Who changes the document between two rounds, in one step.
public protocol Moderator: Refiner {
    /// Gives the next version of the document; the same text ends the roundtable as `stable`.
    ///
    /// - Throws: any error; when it stays after retries, the roundtable ends as ``RoundtableOutcome/stalled``.
    func refine(_ request: RefineRequest) async throws -> Revision
}

extension Moderator {
    /// Refines in one step.
    public func refine(_ request: RefineRequest, _ ctx: Context) async throws -> Revision {
        try await ctx.recordRevision(of: request, by: id) { try await refine(request) }
    }
}

/// What the moderator is asked.
public struct RefineRequest: Sendable {
    /// The whole text of the version that was reviewed.
    public var document: String
    /// What sort of document it is.
    public var kind: DocumentKind
    /// Counted from 1.
    public var round: Int
    /// The open findings of all critics, the worst first.
    public var findings: [Finding]

    /// A request, as for the test of a moderator.
    public init(document: String, kind: DocumentKind = .generic, round: Int = 1, findings: [Finding] = []) {
        self.document = document
        self.kind = kind
        self.round = round
        self.findings = findings
    }
}

/// An own rule for when a roundtable has done enough; it is asked before all others.
public protocol StopRule: Sendable {
    /// A decision to stop, or `nil` to leave it to the others.
    func decide(_ round: RoundState) async throws -> StopDecision?
}

/// Takes the result to where its reader looks for it.
public protocol RoundtableDelivery: Sendable {
    /// Hands over a result. It is a step: a delivery that a crash cut off is done again, so doing it twice must be the
    /// same as doing it once.
    ///
    /// - Throws: any error; it is tried again, and a delivery that fails for good does not cost the result.
    func deliver(_ result: RoundtableResult, of input: RoundtableInput, run: RunID) async throws
}

/// What a stop rule knows.
public struct RoundState: Sendable {
    /// Counted from 1.
    public var round: Int
    /// The version that was reviewed.
    public var document: String
    /// The open findings of all critics, the worst first.
    public var findings: [Finding]
    /// The critics that failed in this round.
    public var failedCritics: [String]
    /// How much of the text the last refinement has changed, 0 to 1; `nil` in the first round.
    public var change: Double?

    /// A round, as for the test of a rule.
    public init(
        round: Int, document: String, findings: [Finding] = [], failedCritics: [String] = [], change: Double? = nil
    ) {
        self.round = round
        self.document = document
        self.findings = findings
        self.failedCritics = failedCritics
        self.change = change
    }
}

/// What a stop rule decides.
public struct StopDecision: Codable, Sendable, Hashable {
    /// Why, in one sentence.
    public var reason: String
    /// Whether the goal is reached; the command line then ends with 0, else with 3.
    public var isGoalReached: Bool

    /// A decision to stop.
    public init(reason: String, isGoalReached: Bool) {
        self.reason = reason
        self.isGoalReached = isGoalReached
    }
}
