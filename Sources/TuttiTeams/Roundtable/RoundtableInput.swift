public import TuttiCore
public import TuttiDocuments

/// What a roundtable is started with. All of it is stored with the run, so that a resumed run depends on nothing else.
public struct RoundtableInput: Codable, Sendable, Hashable {
    /// The text to review, not empty.
    public var document: String
    /// What reports call it.
    public var title: String
    /// What sort of document it is.
    public var kind: DocumentKind
    /// Why it is taken for that kind: words of the document, or that somebody said so.
    public var kindEvidence: [String]
    /// The ids of the critics, in the order of the report.
    public var critics: [String]
    /// Rounds at most, 1 to 10.
    public var maxIterations: Int
    /// A refinement that changes less than this share of the text ends the loop, 0 to 1.
    public var threshold: Double
    /// The loop converges when no open finding is this severe.
    public var bar: Severity
    /// Whether it is no failure for a program when the loop ends without having converged, unless a person ended it;
    /// `nil` is no.
    public var toleratesAnyEnd: Bool?
    /// Participants that are models; `nil` for none.
    public var panel: Panel?
    /// The model of each participant by its name, and of the moderator; `nil` for a table without models.
    public var models: ModelAssignment?
    /// How participants argue that have no style of their own.
    public var style: ParticipantStyle?
    /// What a person has to say from the start, as findings of one critic more.
    public var comments: [RoundtableComment]?
    /// Whether comments are heard while it runs; `nil` is no, as for runs of older releases.
    public var hearsComments: Bool?
    /// Whether all rounds are held, also when the goal is reached before; `nil` is no.
    public var forcesMaxIterations: Bool?
    /// A folder whose texts are quoted to the participants; `nil` for none.
    public var contextFolder: String?
    /// The name under which critics keep what they have found for later roundtables, and are told what they have found
    /// before; `nil` for none. Critics of the rulebook need no memory.
    public var memory: String?
    /// The most tokens of a document that a model reads at once; `nil` for ``partTokensDefault``.
    public var partTokensMax: Int?

    /// The most tokens of a document that a model reads at once, by an estimate of three bytes a token. Longer
    /// documents are read and mended by section.
    public static let partTokensDefault = 24_000
    /// What may be chosen for it.
    public static let partTokens = 500...1_000_000

    /// Files that the result is written to when the run has its end, whoever carries it there.
    public var delivery: Delivery

    /// Absolute paths of files to write.
    public struct Delivery: Codable, Sendable, Hashable {
        /// Where the refined document goes.
        public var document: String?
        /// Where reports go; the ending `.json`, `.md` or `.html` says in which form.
        public var reports: [String]

        /// Files to write.
        public init(document: String? = nil, reports: [String] = []) {
            self.document = document
            self.reports = reports
        }
    }

    /// What a document without a heading is called.
    public static let untitled = "Untitled"
    /// The most bytes of a document.
    public static let documentSizeMax = 2 << 20
    /// How many rounds there may be.
    public static let iterations = 1...10

    /// An input with the usual values for everything but the document.
    ///
    /// - Parameters:
    ///   - title: `nil` for the first heading, else `Untitled`.
    ///   - kind: `nil` to have it detected.
    public init(document: String, title: String? = nil, kind: DocumentKind? = nil) {
        let parsed = Document(text: document)
        let detection = kind == nil ? DocumentKind.detect(in: parsed) : nil
        self.document = document
        self.title = title ?? parsed.title ?? Self.untitled
        self.kind = kind ?? detection?.kind ?? .generic
        kindEvidence = detection?.evidence ?? ["named by the author"]
        critics = CriticProfile.all.map(\.id)
        maxIterations = 3
        threshold = 0.05
        bar = .high
        delivery = Delivery()
    }

    /// Whether another input would lead to the same result.
    package func isSameWork(as other: RoundtableInput) -> Bool {
        var (mine, theirs) = (self, other)
        mine.delivery = Delivery()
        theirs.delivery = Delivery()
        mine.toleratesAnyEnd = nil
        theirs.toleratesAnyEnd = nil
        return mine == theirs
    }
}
