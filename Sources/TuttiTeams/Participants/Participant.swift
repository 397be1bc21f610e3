public import TuttiCore

/// Somebody at a roundtable who is a model: what it knows, what it looks at, and what it leaves to the others.
public struct Participant: Codable, Sendable, Hashable {
    /// Names it in the journal, in reports and on the command line: lower-case letters, digits and hyphens.
    public var name: String
    /// What it is, such as `Security engineer`.
    public var role: String
    /// What it knows from experience.
    public var expertise: String
    /// From where it looks at a document: whose side it takes, what it fears.
    public var perspective: String
    /// How it is to work, in its own words.
    public var instructions: String
    /// What it looks at, point by point.
    public var focus: [String]
    /// What it must leave to the others, point by point.
    public var leaves: [String]
    /// The model that speaks for it; `nil` leaves it to the strategy.
    public var model: ModelReference?
    /// How it argues; `nil` for the style of the roundtable.
    public var style: ParticipantStyle?

    /// A participant from its parts.
    public init(
        name: String, role: String, expertise: String, perspective: String, instructions: String, focus: [String],
        leaves: [String] = [], model: ModelReference? = nil, style: ParticipantStyle? = nil
    ) {
        self.name = name
        self.role = role
        self.expertise = expertise
        self.perspective = perspective
        self.instructions = instructions
        self.focus = focus
        self.leaves = leaves
        self.model = model
        self.style = style
    }

    /// Whether a text can name a participant.
    static func isName(_ text: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = text.utf8.first, letters.contains(first), text.utf8.count <= PanelLimits.nameLengthMax else {
            return false
        }
        return text.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-") }
    }
}
