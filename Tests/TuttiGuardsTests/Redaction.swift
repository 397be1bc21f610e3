import TuttiModels

@testable import TuttiGuards

/// Texts as guards let them through.
enum Redaction {
    /// A clock that stands: patterns have all the time there is.
    static let still: @Sendable () -> Duration = { .zero }

    static func search(_ guards: [Guard]) -> GuardSearch { GuardSearch(guards, in: .answer) }

    /// A guard that redacts.
    static func finding(_ kinds: [GuardKind], _ patterns: [String] = []) throws -> Guard {
        Guard("words", kinds: kinds, patterns: try patterns.map { try GuardPattern($0) }, does: .redact)
    }

    /// A whole text with what takes the place of what was found.
    static func whole(_ text: String, _ guards: [Guard]) throws -> String {
        var account = GuardAccount()
        let bytes = Array(text.utf8)
        let found = try unsafe bytes.withUnsafeBufferPointer { buffer in
            var reader = unsafe TextReader(buffer)
            return try search(guards).replacements(in: &reader, SearchWatch(still), &account)
        }
        var (output, place): ([UInt8], Int) = ([], 0)
        for replacement in found {
            output += bytes[place..<replacement.range.lowerBound] + Array(replacement.placeholder.utf8)
            place = replacement.range.upperBound
        }
        return String(decoding: output + bytes[place...], as: UTF8.self)
    }

    /// A text that came in pieces.
    static func pieces(_ pieces: [String], _ guards: [Guard]) throws -> (text: String, account: GuardAccount) {
        var answer = GuardedAnswer(search(guards))
        var text = ""
        for event in pieces.map({ ModelEvent.text($0) }) + [.finished(.stop, native: nil)] {
            for passed in try answer.take(event, still) {
                if case .text(let piece) = passed { text += piece }
            }
        }
        return (text, answer.account)
    }
}
