package import TuttiCore

/// An answer of a model as a value, and the form that it is asked in.
package protocol ModelAnswer: Codable, Sendable, Hashable {
    /// What the answer has to look like. It is lenient where models differ: severities in any usual case, members that
    /// are left out or `null`, members that nobody has asked for.
    static var schema: JSONSchema { get }

    /// The same with all texts bounded and without control characters, and lists cut at their limits.
    var bounded: Self { get }
}

extension ModelAnswer {
    /// The value of a JSON that fits ``schema``, bounded.
    ///
    /// - Throws: `DecodingError`, which a JSON that fits does not bring about.
    package static func read(_ json: JSONValue) throws -> Self {
        try CanonicalJSON.decode(Self.self, from: CanonicalJSON.encode(json)).bounded
    }
}

/// The bounds of what is kept of an answer; more is cut off.
package enum AnswerLimits {
    /// Findings of one review.
    package static let findingsMax = 40
    /// What one finding says in one place.
    package static let textMax = 2000
    /// Names and headings.
    package static let titleMax = 200
    /// The words of the document that a finding quotes.
    package static let quoteMax = 600
    /// The new lines of one edit.
    package static let editTextMax = 256 << 10
}

extension JSONSchema {
    /// One of a few words, in the usual cases.
    static func word(_ words: [String]) -> JSONSchema {
        let written = words.flatMap { word in
            let capital = word.prefix(1).uppercased() + word.dropFirst()
            return word == word.uppercased() ? [word] : [word, capital, word.uppercased()]
        }
        return .values(written.map { .string($0) })
    }
}
