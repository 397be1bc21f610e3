import TuttiDocuments
import TuttiEngine

/// Ending a roundtable by hand: somebody sends it a signal, and it ends after the present round.
extension Roundtable {
    /// The signal that asks for the end; it brings a ``FinishRequest``.
    public static let finishSignal = "finish"

    /// A request that was heard, and where.
    struct HeardFinish {
        var request: FinishRequest
        var key: String
    }

    /// Looks whether somebody has asked for the end.
    ///
    /// - Parameter number: which look of the run this is: two a round, before it is judged and after the moderator.
    func finishRequest(_ ctx: Context, lookedAt number: Int) async throws -> HeardFinish? {
        let request = try await ctx.signalIfPresent(Self.finishSignal, as: FinishRequest.self)
        return request.map { HeardFinish(request: $0, key: "\(Self.finishSignal)#\(number)") }
    }
}

/// What somebody says who ends a roundtable.
public struct FinishRequest: Codable, Sendable, Hashable {
    /// Who it is.
    public var by: String
    /// Why, in a few words; `nil` for no reason given.
    public var reason: String?

    /// A request to end a roundtable.
    public init(by: String, reason: String? = nil) {
        self.by = by
        self.reason = reason
    }
}

extension RoundtableResult {
    /// Returns the best version instead of the last one.
    mutating func finish(_ heard: Roundtable.HeardFinish) {
        let version = bestVersion
        finish = Finish(request: heard.request, key: heard.key, version: version)
        document = versions[version - 1]
        guard version < rounds.count else { return }
        reason += "; version \(version) has the least severe open findings"
        rounds[rounds.count - 1].verdict.reason = reason
    }

    /// The version with the least severe open findings; of equals the latest. A round in which a critic was missing
    /// says too little of its version, so it counts only when there is no other.
    private var bestVersion: Int {
        let whole = rounds.filter { round in round.critics.allSatisfy { $0.error == nil } }
        let candidates = whole.isEmpty ? rounds : whole
        let best = candidates.min { one, other in
            let (left, right) = (one.openBySeverity, other.openBySeverity)
            return left == right ? one.round > other.round : left.lexicographicallyPrecedes(right)
        }
        return best?.round ?? rounds.count
    }
}

extension RoundRecord {
    /// How many findings are open, the worst severity first.
    fileprivate var openBySeverity: [Int] {
        let counts = FindingCounts(findings.map(\.finding))
        return [counts.critical, counts.high, counts.medium, counts.low]
    }
}
