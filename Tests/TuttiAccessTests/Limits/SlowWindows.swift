import TuttiAccess

/// What a limiter has to do, written so that it cannot be wrong: every accepted call is kept for ever.
struct SlowWindows {
    struct Call {
        let time: Duration
        var weight: Int
    }

    private(set) var calls: [String: [Call]] = [:]

    private func name(_ limit: RateLimit, _ subject: String) -> String { limit.name + "|" + subject }

    func used(_ limit: RateLimit, _ subject: String, at now: Duration) -> Int {
        calls[name(limit, subject), default: []].filter { now - $0.time < limit.window }.reduce(0) { $0 + $1.weight }
    }

    func isAccepted(_ weight: Int, _ limits: [(RateLimit, subject: String)], at now: Duration) -> Bool {
        limits.allSatisfy { used($0.0, $0.subject, at: now) + weight <= $0.0.quota }
    }

    mutating func take(_ weight: Int, _ limits: [(RateLimit, subject: String)], at now: Duration) -> Bool {
        guard isAccepted(weight, limits, at: now) else { return false }
        for (limit, subject) in limits {
            calls[name(limit, subject), default: []].append(Call(time: now, weight: weight))
        }
        return true
    }

    /// Another weight for the call that was taken at this time.
    mutating func adjust(_ limits: [(RateLimit, subject: String)], at time: Duration, to weight: Int) {
        for (limit, subject) in limits {
            let name = name(limit, subject)
            guard let place = calls[name]?.lastIndex(where: { $0.time == time }) else { continue }
            calls[name]?[place].weight = weight
        }
    }

    /// The first of the times at which something lapses where the call fits.
    func untilRoom(_ weight: Int, _ limit: RateLimit, _ subject: String, at now: Duration) -> Duration? {
        let lapses = calls[name(limit, subject), default: []].map { $0.time + limit.window }.filter { $0 > now }
        return ([now] + lapses).sorted().first { used(limit, subject, at: $0) + weight <= limit.quota }
            .map { $0 - now }
    }
}
