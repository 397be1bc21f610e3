public import TuttiCore
import TuttiDocuments

/// A finding of an earlier roundtable, as the critic that had it remembers it.
public struct RememberedFinding: Codable, Sendable, Hashable {
    /// Who found it.
    public var critic: String
    /// Its kind, such as `missing-limit`.
    public var code: String
    /// How much it mattered.
    public var severity: Severity
    /// What was found.
    public var message: String
    /// The words that it was about; empty where something was missing.
    public var quote: String
    /// What the document was called.
    public var document: String
    /// Whether it was answered before the roundtable ended, or has not been found since.
    public var isFixed: Bool
    /// Tells it apart from the others of its critic; see ``Finding/identity``.
    var identity: String

    init(_ finding: Finding, in document: String, isFixed: Bool) {
        critic = finding.critic
        code = finding.code
        severity = finding.severity
        message = CleanText.line(finding.message, bytesMax: Self.textMax)
        quote = CleanText.line(finding.quote, bytesMax: Self.textMax)
        self.document = CleanText.line(document, bytesMax: Self.textMax)
        self.isFixed = isFixed
        identity = finding.identity
    }

    /// The most bytes of each text that is kept.
    private static let textMax = 800

    /// Those that matter most: what is still open first, then the worst; of equals the order stays.
    static func foremost(_ findings: [RememberedFinding], _ count: Int) -> [RememberedFinding] {
        let ordered = findings.enumerated().sorted { one, other in
            if one.element.isFixed != other.element.isFixed { return other.element.isFixed }
            if one.element.severity != other.element.severity { return one.element.severity > other.element.severity }
            return one.offset < other.offset
        }
        return ordered.prefix(count).map(\.element)
    }
}
