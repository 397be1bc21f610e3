import Synchronization
import Testing
import TuttiModels

@testable import TuttiGuards

/// Patterns are checked when they are read, and none runs for ever.
struct PatternTests {
    @Test(arguments: [
        ("(a", "missing closing parenthesis (at byte 3 of it)"), ("a*", "fits an empty text"), ("", "an empty text"),
        ("(?<=a{100})b", "looks back more than 64"), (#"a\Cb"#, "is no pattern"), ("(?<=a*)b", "is no pattern"),
    ])
    func mistakesAreTold(pattern: String, problem: String) {
        do throws(GuardPatternError) {
            _ = try GuardPattern(pattern)
            Issue.record("\(pattern) was taken")
        } catch {
            #expect(error.message.contains(problem))
        }
    }

    @Test func lettersAreLetters() throws {
        let guards = [try Redaction.finding([], [#"\bgrün\w*"#, "(?i)STRASSE"])]
        #expect(try Redaction.whole("ergrünt, grünes, Straße, strasse", guards) == "ergrünt, [WORDS], Straße, [WORDS]")
    }

    /// What overlaps is one, with the word of the first.
    @Test func overlapsAreJoined() throws {
        let names = Guard("names", patterns: [try GuardPattern("Ada.*")], does: .redact)
        let guards = [try Redaction.finding([.email]), names]
        #expect(try Redaction.whole("to Ada ada@example.com, now", guards) == "to [NAMES]")
    }

    private static let exploding = "(a+)+$"
    private static let endless = String(repeating: "a", count: 5_000) + "b"

    /// Whatever its action is: nobody knows what would have gone through.
    @Test(arguments: GuardAction.allCases)
    func whatExplodesIsRefused(action: GuardAction) throws {
        let guards = [Guard("slow", patterns: [try GuardPattern(Self.exploding)], does: action)]
        let refusal = GuardRefusal("slow", .gaveUp, in: nil, of: .answer)
        #expect(throws: refusal) { try Redaction.whole(Self.endless, guards) }
        #expect(throws: refusal) { try Redaction.pieces([Self.endless, " "], guards) }
        #expect(refusal.done == "gave_up" && refusal.message.contains("takes too long"))
    }

    @Test func timeIsLimited() throws {
        let pattern = try GuardPattern("word")
        let bytes = Array(String(repeating: "x", count: 10_000).utf8)
        let late = Late()
        let finding = unsafe bytes.withUnsafeBufferPointer {
            unsafe pattern.next(in: TextReader($0), from: 0, SearchWatch(late.uptime))
        }
        #expect(finding == .gaveUp)
    }

    /// Also of what is found without a pattern.
    @Test(arguments: GuardKind.allCases)
    func timeOfFindersIsLimited(kind: GuardKind) {
        let bytes = Array(String(repeating: "x, ", count: 100_000).utf8)
        let late = Late()
        let finding = unsafe bytes.withUnsafeBufferPointer {
            var text = unsafe TextReader($0)
            return kind.next(in: &text, from: 0, SearchWatch(late.uptime))
        }
        #expect(finding == .gaveUp)
    }

    /// Pieces of an answer have all of their time together, and each of them little.
    @Test func timeOfPiecesIsLimited() throws {
        let guards = [Guard("slow", patterns: [try GuardPattern("word")], does: .report)]
        let late = Late(.milliseconds(100))
        var answer = GuardedAnswer(Redaction.search(guards))
        var count = 0
        #expect(throws: GuardRefusal("slow", .gaveUp, in: nil, of: .answer)) {
            while count < 1000 {
                _ = try answer.take(.text("x"), late.uptime)
                count += 1
            }
        }
        #expect((10..<100).contains(count))
        answer = GuardedAnswer(Redaction.search(guards))
        #expect(throws: GuardRefusal("slow", .gaveUp, in: nil, of: .answer)) {
            try answer.take(.text("x"), Late(.milliseconds(300)).uptime)
        }
    }

    /// What may go on for ever cannot be held back for ever.
    @Test func whatIsHeldBackHasALimit() throws {
        let guards = [Guard("long", patterns: [try GuardPattern("(?s)begin.*end")], does: .redact)]
        #expect(try Redaction.pieces(["a begin b", " end", "."], guards).text == "a [LONG].")
        let pieces = ["begin"] + Array(repeating: String(repeating: "x", count: 1000), count: 20)
        #expect(throws: GuardRefusal("long", .gaveUp, in: nil, of: .answer)) { try Redaction.pieces(pieces, guards) }
    }
}

/// A clock on which much time passes between any two looks.
private final class Late: Sendable {
    private let looks = Mutex(0)
    private let step: Duration

    init(_ step: Duration = .seconds(1)) { self.step = step }

    @Sendable func uptime() -> Duration {
        looks.withLock {
            $0 += 1
            return step * $0
        }
    }
}
