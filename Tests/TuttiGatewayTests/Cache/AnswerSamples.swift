import TuttiCore
import TuttiGateway
import TuttiRouting

@testable import TuttiGateway

/// Answers for tests, told apart by a number.
enum AnswerSamples {
    static let noon = Timestamp(milliseconds: 1_789_473_600_000)
    /// Every answer is from then.
    static let ever = Timestamp(milliseconds: 0)...Timestamp(milliseconds: .max)

    static func since(_ time: Timestamp) -> ClosedRange<Timestamp> { time...ever.upperBound }

    static func key(_ number: Int) -> AnswerKey { AnswerKey([.int(Int64(number))]) }

    static func answer(
        _ number: Int, bytes: Int = 100, tenant: String = "default", model: String = "smart",
        question: CachedAnswer.Question? = nil
    ) -> CachedAnswer {
        var answer = CachedAnswer(
            tenant: tenant, model: model, bytes: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes),
            providerModel: "a/m", time: noon + .seconds(Int64(number)))
        (answer.tokens, answer.cost, answer.question) = (Int64(number), USD(microdollars: 7), question)
        return answer
    }

    /// A question whose vector points so far to the side.
    static func question(_ side: Float, kind: Int = 0, dimensions: Int = 3) -> CachedAnswer.Question? {
        var values = [Float](repeating: 0, count: dimensions)
        (values[0], values[1]) = (1, side)
        return UnitVector(values).map { CachedAnswer.Question(kind: key(kind), vector: $0) }
    }
}
