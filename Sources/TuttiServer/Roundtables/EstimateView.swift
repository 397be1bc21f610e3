import TuttiAgents
import TuttiCore
import TuttiModels
import TuttiTeams

/// What a roundtable may cost at the most: every round held, every critic asked, the moderator after each round but the
/// last. Most end sooner.
struct EstimateView: Codable, Sendable {
    var calls: Int
    var inputTokens: Int64
    var outputTokens: Int64
    /// `nil` when nobody knows the price of one of the models.
    var usd: String?
    /// Whether anything is paid: the offline rulebook is not.
    var paid: Bool
    var note: String

    /// Tokens of a prompt beside the document, and of an answer, as they usually are.
    private static let promptTokens: Int64 = 1_500
    private static let answerTokens: Int64 = 1_200

    init(of input: RoundtableInput, _ models: any ModelSource, at now: Timestamp) throws {
        guard let panel = input.panel, let assignment = input.models else {
            (calls, inputTokens, outputTokens, usd, paid) = (0, 0, 0, "0.000000", false)
            note = "The offline rulebook reads; it asks no model and costs nothing."
            return
        }
        let document = Int64(input.document.utf8.count) / CallEstimate.bytesPerToken + 1
        let reading = ModelUsage(uncachedInput: document + Self.promptTokens, output: Self.answerTokens)
        let mending = ModelUsage(
            uncachedInput: document + Self.promptTokens + Int64(panel.participants.count) * Self.answerTokens / 2,
            output: Self.answerTokens * 2)
        let rounds = Int64(input.maxIterations)
        var total: (input: Int64, output: Int64) = (0, 0)
        var sum: USD? = USD(microdollars: 0)
        func add(_ model: String, _ usage: ModelUsage, times: Int64) throws {
            total.input += usage.input * times
            total.output += usage.output * times
            let cost = try models.model(named: model).price(at: now)?.cost(of: usage)
            sum = sum.flatMap { sum in cost.map { USD(microdollars: sum.microdollars + $0.microdollars * times) } }
        }
        for participant in panel.participants {
            try add(assignment.participants[participant.name] ?? assignment.moderator, reading, times: rounds)
        }
        if rounds > 1 { try add(assignment.moderator, mending, times: rounds - 1) }
        calls = Int(rounds) * panel.participants.count + Int(rounds) - 1
        (inputTokens, outputTokens) = total
        usd = sum?.decimal
        paid = true
        note =
            sum == nil
            ? "Nobody knows the price of one of the models; the tokens are a guess from the size of the document."
            : "A guess from the size of the document, if all \(rounds) rounds are held."
    }
}
