import TuttiCore
import TuttiGateway

/// Calls of a house with so many keys, spread evenly over a time; the same for the same seed.
struct SampleCalls {
    static let keys = 1_000
    static let models = 12
    static let deployments = 20
    static let providers = 4
    static let tenant = "default"

    let start: Timestamp
    let end: Timestamp
    let count: Int
    private var random: SeededGenerator

    init(from start: Timestamp, to end: Timestamp, count: Int, seed: UInt64) {
        (self.start, self.end, self.count) = (start, end, count)
        random = SeededGenerator(seed: seed)
    }

    /// The first ones are the most frequent.
    private mutating func pick(of count: Int) -> Int {
        let rank = Double.random(in: 0..<1, using: &random)
        return Int(rank * rank * Double(count))
    }

    mutating func call(_ number: Int) -> CallLine {
        let span = end.milliseconds - start.milliseconds
        let time = Timestamp(milliseconds: start.milliseconds + span * Int64(number) / Int64(count))
        let (key, model) = (pick(of: Self.keys), pick(of: Self.models))
        let deployment = (model + pick(of: 3)) % Self.deployments
        let luck = Int.random(in: 0..<100, using: &random)
        let outcome: CallOutcome = luck < 95 ? .completed : luck < 97 ? .failed : luck < 99 ? .cancelled : .refused
        var line = CallLine(
            id: CallID(at: time, using: &random), tenant: Self.tenant,
            party: CallParty(
                key: "key_\(key)", person: "usr_\(key / 2)", project: "prj_\(key / 20)", team: "team-\(key / 50)"),
            run: key % 10 == 0 ? RunID(at: time, using: &random) : nil,
            dialect: [.chat, .messages, .responses][number % 3],
            route: CallRoute(
                model: "model-\(model)", deployment: "deployment-\(deployment)",
                providerModel: "provider\(deployment % Self.providers)/model-\(model)", outcome: outcome))
        line.providerKey = "main-\(deployment % 3)"
        line.tokens = CallTokens(
            uncachedInput: .random(in: 50...20_000, using: &random), cacheRead: .random(in: 0...8_000, using: &random),
            output: .random(in: 10...3_000, using: &random))
        line.cost = USD(microdollars: .random(in: 100...90_000, using: &random))
        line.durationMilliseconds = .random(in: 300...30_000, using: &random)
        line.firstTokenMilliseconds = .random(in: 100...2_000, using: &random)
        line.isStreamed = number % 2 == 0
        line.request = "req_\(number)"
        return line
    }
}
