import TuttiCore
import TuttiGateway

/// Noon of 15 September 2026.
let ledgerNoon = Timestamp(milliseconds: 1_789_473_600_000)

/// Lines with all kinds of members, the same for the same seed.
struct SampleLines {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func name(_ head: String, of count: Int) -> String? {
        let number = Int.random(in: 0...count, using: &random)
        return number == 0 ? nil : "\(head)_\(number)"
    }

    /// A line of some moment within so many days of ``ledgerNoon``.
    mutating func line(within days: Int64, tenant: String = "default") -> CallLine {
        line(at: ledgerNoon + .milliseconds(Int64.random(in: 0..<days * 86_400_000, using: &random)), tenant: tenant)
    }

    mutating func line(at time: Timestamp, tenant: String = "default") -> CallLine {
        let deployment = name("dep", of: 3)
        var line = CallLine(
            id: CallID(at: time, using: &random), tenant: tenant,
            party: CallParty(
                key: name("key", of: 4), person: name("usr", of: 2), project: name("prj", of: 2),
                team: name("team", of: 1)),
            run: pick([nil, RunID(trusted: "run_0000000000000000000000000a")]), dialect: pick(CallDialect.allCases),
            route: CallRoute(
                model: pick(["small", "large", ""]), deployment: deployment,
                providerModel: deployment.map { "provider\($0.hasSuffix("1") ? 1 : 2)/model" },
                outcome: pick(CallOutcome.allCases)))
        line.providerKey = name("main", of: 2)
        line.tokens = CallTokens(
            uncachedInput: .random(in: 0...9_000, using: &random), cacheRead: .random(in: 0...9, using: &random),
            cacheWrite: .random(in: 0...9, using: &random), output: .random(in: 0...900, using: &random),
            reasoning: .random(in: 0...90, using: &random))
        line.isEstimated = .random(using: &random)
        line.cost = USD(microdollars: .random(in: 0...99_999, using: &random))
        line.isPriced = .random(using: &random)
        line.durationMilliseconds = .random(in: 0...pick([9, 900, 90_000, 9_000_000]), using: &random)
        line.firstTokenMilliseconds = pick([nil, .random(in: 0...9_000, using: &random)])
        line.status = pick([200, 429, 500])
        line.error = pick([nil, "rate_limited"])
        line.attempts = pick([0, 1, 2])
        line.isStreamed = .random(using: &random)
        line.request = name("req", of: 99)
        line.cache = pick([nil, .miss, .hit, .similar])
        line.guards = pick([nil, "cards=redacted:2,words=reported:1"])
        return line
    }

    /// A question about a range within so many days of ``ledgerNoon``.
    mutating func query(within days: Int64) -> CallSumsQuery {
        let ends = [0, 1].map { _ in Int64.random(in: -1...days * 24 + 1, using: &random) * 3_600_000 }
        let by = CallDimension.allCases.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
        let hasTwoTimes = by.filter(\.isTime).count > 1
        var query = CallSumsQuery(
            tenant: "default", from: ledgerNoon + .milliseconds(min(ends[0], ends[1])),
            to: ledgerNoon + .milliseconds(max(ends[0], ends[1])), by: hasTwoTimes ? [.day] : Array(by), limit: 10_000)
        if Bool.random(using: &random) { query.only[.key] = .some(name("key", of: 4)) }
        query.hasTimes = .random(using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 { query.only[.outcome] = "completed" }
        if Int.random(in: 0..<4, using: &random) == 0 { query.only[.provider] = "provider1" }
        return query
    }
}

/// What lines add up to, looked at one by one.
func bruteForce(_ lines: [CallLine], _ query: CallSumsQuery) -> [[CallSums.Group]: CallFigures] {
    var rows: [[CallSums.Group]: CallFigures] = [:]
    let hour: Int64 = 3_600_000
    let from = query.from.milliseconds / hour * hour
    let to = (query.to.milliseconds + hour - 1) / hour * hour
    for line in lines where line.tenant == query.tenant && (from..<max(from, to)).contains(line.time.milliseconds) {
        func name(_ dimension: CallDimension) -> String? {
            switch dimension {
            case .key: line.party.key
            case .person: line.party.person
            case .project: line.party.project
            case .team: line.party.team
            case .model: line.route.model
            case .deployment: line.route.deployment
            case .provider: (line.route.providerModel?.split(separator: "/").first).map { String($0) }
            case .outcome: line.route.outcome.rawValue
            case .hour: String(line.time.description.prefix(13)) + ":00:00.000Z"
            case .day: String(line.time.description.prefix(10)) + "T00:00:00.000Z"
            }
        }
        guard query.only.allSatisfy({ name($0.key) == $0.value }) else { continue }
        let groups = query.by.map { dimension -> CallSums.Group in
            dimension.isTime
                ? .time(name(dimension).flatMap { Timestamp($0) } ?? Timestamp(milliseconds: -1))
                : .name(name(dimension))
        }
        rows[groups, default: CallFigures()].add(line)
    }
    return query.hasTimes ? rows : rows.mapValues(\.withoutTimes)
}
