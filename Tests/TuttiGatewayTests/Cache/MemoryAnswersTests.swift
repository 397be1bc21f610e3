import Testing
import TuttiCore
import TuttiRouting

@testable import TuttiGateway

struct MemoryAnswersTests {
    private typealias Samples = AnswerSamples

    private static let size = Int64(Samples.answer(0).size)

    @Test func givesBackWhatIsKept() {
        let answers = MemoryAnswers()
        #expect(answers.answer(Samples.key(1), within: Samples.ever) == nil)
        answers.keep(Samples.answer(1), under: Samples.key(1), bytesMax: 1 << 20)
        #expect(answers.answer(Samples.key(1), within: Samples.ever) == Samples.answer(1))
        #expect(answers.answer(Samples.key(2), within: Samples.ever) == nil)
        answers.keep(Samples.answer(2), under: Samples.key(1), bytesMax: 1 << 20)
        #expect(answers.answer(Samples.key(1), within: Samples.ever) == Samples.answer(2))
        #expect(answers.size == AnswerCount(entries: 1, bytes: Self.size))
    }

    @Test func whatIsTooOldIsGone() {
        let answers = MemoryAnswers()
        let answer = Samples.answer(1)
        answers.keep(answer, under: Samples.key(1), bytesMax: 1 << 20)
        #expect(answers.answer(Samples.key(1), within: Samples.since(answer.time)) == answer)
        #expect(answers.answer(Samples.key(1), within: Samples.since(answer.time + .milliseconds(1))) == nil)
        #expect(answers.size == AnswerCount())
        for number in 1...3 { answers.keep(Samples.answer(number), under: Samples.key(number), bytesMax: 1 << 20) }
        answers.remove(outside: Samples.since(Samples.answer(3).time))
        #expect(answers.size.entries == 1)
    }

    @Test func whatIsLargerThanAllMayBeIsNotKept() {
        let answers = MemoryAnswers()
        answers.keep(Samples.answer(1), under: Samples.key(1), bytesMax: Self.size)
        answers.keep(Samples.answer(2, bytes: 101), under: Samples.key(2), bytesMax: Self.size)
        #expect(answers.answer(Samples.key(1), within: Samples.ever) != nil)
        #expect(answers.answer(Samples.key(2), within: Samples.ever) == nil)
    }

    /// The same as a list that is sorted by hand, whatever is done in which order.
    @Test(arguments: 1...8)
    func thoseNotUsedForTheLongestTimeGoFirst(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let answers = MemoryAnswers()
        let room = 5
        var model: [Int] = []  // the one used last is the last
        for _ in 0..<2_000 {
            let number = Int.random(in: 0..<12, using: &random)
            let isKnown = model.contains(number)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                #expect((answers.answer(Samples.key(number), within: Samples.ever) != nil) == isKnown)
                model.removeAll { $0 == number }
                if isKnown { model.append(number) }
            case 5..<9:
                answers.keep(Samples.answer(number), under: Samples.key(number), bytesMax: Self.size * Int64(room))
                model.removeAll { $0 == number }
                model = Array((model + [number]).suffix(room))
            default:
                answers.remove(outside: Samples.since(Samples.answer(number).time))
                model.removeAll { $0 < number }
            }
            #expect(answers.size == AnswerCount(entries: Int64(model.count), bytes: Self.size * Int64(model.count)))
        }
    }

    /// What was asked for before a removal is not kept behind it, whichever it was of.
    @Test func whatIsFromBeforeARemovalIsNotKept() {
        let answers = MemoryAnswers()
        for remove: (MemoryAnswers) -> Void in [{ $0.remove(of: "other", model: nil) }, { $0.removeAll() }] {
            let removals = answers.removals
            remove(answers)
            #expect(!answers.keep(Samples.answer(1), under: Samples.key(1), bytesMax: 1 << 20, since: removals))
            #expect(answers.size == AnswerCount())
        }
        #expect(answers.keep(Samples.answer(1), under: Samples.key(1), bytesMax: 1 << 20, since: answers.removals))
    }

    /// An answer from a time that is still to come was kept before the clock went back.
    @Test func whatIsFromTheFutureIsGone() throws {
        let answers = MemoryAnswers()
        let question = try #require(Samples.question(0))
        let times = Samples.ever.lowerBound...Samples.answer(4).time
        answers.keep(Samples.answer(5, question: question), under: Samples.key(5), bytesMax: 1 << 20)
        #expect(answers.nearest(question, atLeast: 0.9, within: times) == nil)
        #expect(answers.answer(Samples.key(5), within: times) == nil)
        answers.keep(Samples.answer(5), under: Samples.key(5), bytesMax: 1 << 20)
        answers.remove(outside: times)
        #expect(answers.size == AnswerCount())
    }

    /// In memory as on the disk.
    @Test func ofEquallyNearQuestionsTheNewestCounts() throws {
        let answers = MemoryAnswers()
        let question = try #require(Samples.question(0))
        for number in 0..<3 {
            answers.keep(Samples.answer(number, question: question), under: Samples.key(number), bytesMax: 1 << 20)
        }
        #expect(answers.nearest(question, atLeast: 1, within: Samples.ever)?.key == Samples.key(2))
    }

    @Test func removesOfATenantAndAModel() {
        let answers = MemoryAnswers()
        for (number, of) in [("a", "x"), ("a", "y"), ("b", "x")].enumerated() {
            answers.keep(
                Samples.answer(number, tenant: of.0, model: of.1), under: Samples.key(number), bytesMax: 1 << 20)
        }
        answers.remove(of: "a", model: "x")
        #expect((0..<3).map { answers.answer(Samples.key($0), within: Samples.ever) != nil } == [false, true, true])
        answers.remove(of: "a", model: nil)
        #expect(
            (0..<3).map { answers.answer(Samples.key($0), within: Samples.ever) != nil } == [false, false, true])
        answers.removeAll()
        #expect(answers.size == AnswerCount())
    }

    @Test func findsTheNearestQuestionOfItsKind() throws {
        let answers = MemoryAnswers()
        for (number, side) in [Float(0.5), 0.1, 0.3].enumerated() {
            answers.keep(
                Samples.answer(number, question: Samples.question(side)), under: Samples.key(number),
                bytesMax: 1 << 20)
        }
        answers.keep(
            Samples.answer(3, question: Samples.question(0, kind: 1)), under: Samples.key(3), bytesMax: 1 << 20)
        answers.keep(
            Samples.answer(4, question: Samples.question(0, dimensions: 4)), under: Samples.key(4), bytesMax: 1 << 20)
        let asked = try #require(Samples.question(0))
        let near = try #require(answers.nearest(asked, atLeast: 0.9, within: Samples.ever))
        #expect(near.key == Samples.key(1) && near.answer.tokens == 1)
        #expect(abs(near.similarity - 1 / (1.01 as Double).squareRoot()) < 1e-6)
        let odd = try #require(Samples.question(0.1, kind: 9, dimensions: 7))
        #expect(odd.similarity(to: odd) == 1)
        #expect(answers.nearest(asked, atLeast: 0.999, within: Samples.ever) == nil)
        let late = Samples.since(Samples.answer(2).time)
        #expect(answers.nearest(asked, atLeast: 0.9, within: late)?.key == Samples.key(2))
        let other = try #require(Samples.question(0, kind: 2))
        #expect(answers.nearest(other, atLeast: 0.8, within: Samples.ever) == nil)
    }

    /// The oldest of too many questions are still answers to their own requests.
    @Test func comparesWithTheNewestOnly() throws {
        let answers = MemoryAnswers()
        for number in 0...AnswerLimits.questionsMax {
            let question = Samples.question(number == 0 ? 0 : 1)
            answers.keep(Samples.answer(number, question: question), under: Samples.key(number), bytesMax: 1 << 30)
        }
        let asked = try #require(Samples.question(0))
        #expect(answers.nearest(asked, atLeast: 0.9, within: Samples.ever) == nil)
        #expect(answers.answer(Samples.key(0), within: Samples.ever) != nil)
        #expect(answers.nearest(asked, atLeast: 0.5, within: Samples.ever) != nil)
    }
}

extension MemoryAnswers {
    fileprivate func keep(_ answer: CachedAnswer, under key: AnswerKey, bytesMax: Int64) {
        keep(answer, under: key, bytesMax: bytesMax, since: removals)
    }
}
