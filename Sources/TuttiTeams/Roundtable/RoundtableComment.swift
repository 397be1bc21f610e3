public import TuttiCore
import TuttiDocuments
import TuttiEngine

/// What a person has to say about a document that critics are reading: a finding that only others can call fixed.
public struct RoundtableComment: Codable, Sendable, Hashable {
    /// Who it is.
    public var by: String
    /// What is to be mended.
    public var text: String
    /// How much it matters; `nil` is high.
    public var severity: Severity?

    /// A comment from its parts.
    public init(_ text: String, by: String, severity: Severity? = nil) {
        self.text = text
        self.by = by
        self.severity = severity
    }

    /// A comment as it is typed: `low: the title is dull` says how much it matters.
    public init(typed text: String, by: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        let word = parts.first.map { $0.trimmed.lowercased() } ?? ""
        if parts.count == 2, let severity = Severity(rawValue: word) {
            self.init(parts[1].trimmed, by: by, severity: severity)
        } else {
            self.init(text.trimmed, by: by)
        }
    }

    /// The most bytes of a comment.
    public static let textMax = 4000
    /// The most comments of a roundtable.
    public static let countMax = 32

    /// The comment as a finding.
    var finding: Finding {
        Finding(
            critic: Roundtable.commentsID, code: "comment", severity: severity ?? .high, subject: text,
            message: "\(by): \(text)")
    }

    /// Why it cannot be taken; `nil` when it can.
    package var problem: String? {
        if text.allSatisfy(\.isWhitespace) { return "is empty; say what is to be mended" }
        return text.utf8.count > Self.textMax
            ? "has \(text.utf8.count) bytes, the limit is \(Self.textMax); say it shorter" : nil
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        let end = start.reversed().drop(while: \.isWhitespace)
        return String(end.reversed())
    }
}

/// Hearing comments while a roundtable runs.
extension Roundtable {
    /// Names the person among the critics, in reports.
    public static let commentsID = "comments"
    /// The signal that brings a ``RoundtableComment``, or its text.
    public static let commentSignal = "comment"

    /// Takes the comments that have come since the last look. What cannot be taken is passed over.
    func hear(_ comments: inout [RoundtableComment], _ input: RoundtableInput, _ ctx: Context) async throws {
        guard input.hearsComments == true else { return }
        while comments.count < RoundtableComment.countMax,
            let heard = try await ctx.signalIfPresent(Self.commentSignal, as: JSONValue.self)
        {
            if let comment = RoundtableComment(signal: heard) { comments.append(comment) }
        }
    }
}

extension RoundtableComment {
    /// A comment as a signal brings it: an object, or just the text as it is typed.
    init?(signal: JSONValue) {
        let comment: RoundtableComment
        if case .string(let text) = signal {
            comment = RoundtableComment(typed: text, by: "a person")
        } else if let read = try? CanonicalJSON.decode(RoundtableComment.self, from: CanonicalJSON.encode(signal)) {
            comment = read
        } else {
            return nil
        }
        guard comment.problem == nil else { return nil }
        self = comment
    }
}

/// Which comments are still open: a comment is mended when most of the critics that were asked say so.
struct CommentDesk {
    private(set) var open: [Finding] = []
    private var taken = 0

    /// Takes in what the critics of a round have said, and the comments that have come.
    ///
    /// - Parameter comments: all that have come, in their order; one that is said again is open again.
    /// - Returns: what is open now.
    mutating func take(_ reviews: [Review], _ comments: [RoundtableComment]) -> [Finding] {
        open.removeAll { finding in
            let answers = reviews.compactMap { $0.answers?.first { $0.identity == finding.identity } }
            return answers.count { $0.isFixed } * 2 > answers.count
        }
        for finding in comments.dropFirst(taken).map(\.finding)
        where !open.contains(where: { $0.identity == finding.identity }) {
            open.append(finding)
        }
        taken = comments.count
        return open
    }
}
