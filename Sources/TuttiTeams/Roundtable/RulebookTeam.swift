import TuttiCore
public import TuttiDocuments

/// The critic that reads by the rules of the built-in rulebook: no model, no network, always the same answer.
public struct RulebookCritic: Critic {
    /// One of ``CriticProfile/all``.
    public let profile: CriticProfile
    private let reader: RulebookReader

    /// The profile's id.
    public var id: String { profile.id }

    /// The three critics of the rulebook, who share one reading of each version.
    public static func all(_ rulebook: Rulebook = .standard) -> [RulebookCritic] {
        let reader = RulebookReader(rulebook)
        return CriticProfile.all.map { RulebookCritic(profile: $0, reader: reader) }
    }

    /// Finds what the rules of this critic find.
    public func review(_ request: ReviewRequest) async -> Review {
        await reader.review(request.document, kind: request.kind, critic: id)
    }
}

/// The moderator that changes only what a rule can justify, and asks the author about everything else.
public struct RulebookModerator: Moderator {
    private let editor: Editor

    /// `rulebook`
    public let id = "rulebook"

    /// An editor for the findings of this rulebook.
    public init(_ rulebook: Rulebook = .standard) { editor = Editor(rulebook: rulebook) }

    /// Puts questions where answers are missing, and mends what does not touch the meaning.
    public func refine(_ request: RefineRequest) async -> Revision {
        editor.revise(Document(text: request.document), kind: request.kind, findings: request.findings)
    }
}

/// Reads each version once for all critics of the rulebook.
private actor RulebookReader {
    private let rulebook: Rulebook
    private var last: (document: String, kind: DocumentKind, reviews: [String: Review])?

    init(_ rulebook: Rulebook) { self.rulebook = rulebook }

    func review(_ document: String, kind: DocumentKind, critic: String) -> Review {
        if let last, last.kind == kind, last.document == document, let known = last.reviews[critic] { return known }
        let ids = CriticProfile.all.map(\.id)
        let reviews = rulebook.review(Document(text: document), kind: kind, critics: ids)
        let byCritic = Dictionary(reviews.map { ($0.critic, $0) }, uniquingKeysWith: { first, _ in first })
        last = (document, kind, byCritic)
        return byCritic[critic] ?? Review(critic: critic, findings: [])
    }
}
