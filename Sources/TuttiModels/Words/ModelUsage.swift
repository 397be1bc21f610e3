public import TuttiCore

/// The tokens of one call, apart by what they cost.
public struct ModelUsage: Sendable, Hashable, Codable {
    /// Tokens sent that no cache had.
    public var uncachedInput: Int64
    /// Tokens sent that a cache had.
    public var cacheRead: Int64
    /// Tokens sent that were put into a cache.
    public var cacheWrite: Int64
    /// Tokens received and paid, reasoning among them.
    public var output: Int64
    /// How many of ``output`` were reasoning.
    public var reasoning: Int64
    /// What the provider says that it has cost, where it does.
    public var reportedCost: USD?
    /// Whether nobody has counted: the provider told nothing, and this was guessed from the texts.
    public var isEstimated: Bool

    /// Tokens by what they cost.
    public init(
        uncachedInput: Int64 = 0, cacheRead: Int64 = 0, cacheWrite: Int64 = 0, output: Int64 = 0,
        reasoning: Int64 = 0, reportedCost: USD? = nil, isEstimated: Bool = false
    ) {
        self.uncachedInput = uncachedInput
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.output = output
        self.reasoning = reasoning
        self.reportedCost = reportedCost
        self.isEstimated = isEstimated
    }

    /// All tokens sent.
    public var input: Int64 { Int64(clamping: Int128(uncachedInput) + Int128(cacheRead) + Int128(cacheWrite)) }
    /// All tokens sent and received.
    public var total: Int64 { Int64(clamping: Int128(input) + Int128(output)) }

    /// This and that of another call. What both have cost is known where each is.
    package func adding(_ other: ModelUsage) -> ModelUsage {
        func sum(_ kind: KeyPath<ModelUsage, Int64>) -> Int64 {
            Int64(clamping: Int128(self[keyPath: kind]) + Int128(other[keyPath: kind]))
        }
        var cost: USD?
        if let reportedCost, let more = other.reportedCost {
            cost = USD(microdollars: Int64(clamping: Int128(reportedCost.microdollars) + Int128(more.microdollars)))
        }
        return ModelUsage(
            uncachedInput: sum(\.uncachedInput), cacheRead: sum(\.cacheRead), cacheWrite: sum(\.cacheWrite),
            output: sum(\.output), reasoning: sum(\.reasoning), reportedCost: cost,
            isEstimated: isEstimated || other.isEstimated)
    }
}

extension ModelUsage {
    /// Reads what is there; a number that is missing is 0.
    ///
    /// - Throws: `DecodingError` for a member of another type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func tokens(_ key: CodingKeys) throws -> Int64 { try container.decodeIfPresent(Int64.self, forKey: key) ?? 0 }
        self.init(
            uncachedInput: try tokens(.uncachedInput), cacheRead: try tokens(.cacheRead),
            cacheWrite: try tokens(.cacheWrite), output: try tokens(.output), reasoning: try tokens(.reasoning),
            reportedCost: try container.decodeIfPresent(USD.self, forKey: .reportedCost),
            isEstimated: try container.decodeIfPresent(Bool.self, forKey: .isEstimated) ?? false)
    }

    /// No provider counts more in one call; what is above is a broken answer, and cut.
    package static let tokensMax: Int64 = 1_000_000_000_000

    /// Usage of a provider that counts cached tokens among those sent.
    package init(
        inputWithCache: Int64, cacheRead: Int64, cacheWrite: Int64, output: Int64, reasoning: Int64,
        reportedCost: USD? = nil
    ) {
        self.init(
            uncachedInput: max(0, inputWithCache - cacheRead - cacheWrite), cacheRead: cacheRead,
            cacheWrite: cacheWrite, output: output, reasoning: reasoning, reportedCost: reportedCost)
    }
}
