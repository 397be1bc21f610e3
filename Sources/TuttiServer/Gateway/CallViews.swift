import TuttiCore
import TuttiGateway

/// One call of a model, as the ledger has it.
struct CallView: Codable, Sendable {
    var id: String
    var time: WireTime
    var key: String?
    var person: String?
    var project: String?
    var run: String?
    var dialect: String
    /// As it was asked for.
    var model: String
    var deployment: String?
    var providerModel: String?
    var outcome: String
    var error: String?
    var attempts: Int64
    var streamed: Bool
    var tokens: CallTokensView
    /// Whether the tokens are a guess.
    var estimated: Bool
    /// `null` when nobody knows the price.
    var usd: String?
    var durationMs: Int64
    var firstTokenMs: Int64?
    var request: String?
    /// What the cache of answers had: `miss`, `hit` or `similar`; `null` when it was not asked.
    var cache: String?
    /// What guards have found, as `cards=redacted:2`.
    var guards: String?

    init(_ line: CallLine) {
        id = line.id.text
        time = line.time.wire
        (key, person, project, run) = (line.party.key, line.party.person, line.party.project, line.run?.text)
        dialect = line.dialect.rawValue
        (model, deployment, providerModel) = (line.route.model, line.route.deployment, line.route.providerModel)
        (outcome, error) = (line.route.outcome.rawValue, line.error)
        (attempts, streamed) = (Int64(line.attempts), line.isStreamed)
        tokens = CallTokensView(line.tokens)
        estimated = line.isEstimated
        usd = line.isPriced ? line.cost.decimal : nil
        (durationMs, firstTokenMs, request) = (line.durationMilliseconds, line.firstTokenMilliseconds, line.request)
        (cache, guards) = (line.cache?.rawValue, line.guards)
    }
}

/// Tokens by kind.
struct CallTokensView: Codable, Sendable {
    var uncachedInput: Int64
    var cacheRead: Int64
    var cacheWrite: Int64
    var output: Int64
    /// Among those of the output.
    var reasoning: Int64

    init(_ tokens: CallTokens) {
        (uncachedInput, cacheRead, cacheWrite) = (tokens.uncachedInput, tokens.cacheRead, tokens.cacheWrite)
        (output, reasoning) = (tokens.output, tokens.reasoning)
    }
}

/// A page of calls.
struct CallsView: Codable, Sendable {
    var calls: [CallView]
    /// Where the next page begins; a page may be short although there is one.
    var next: String?
}

/// What calls add up to.
struct CallFiguresView: Codable, Sendable {
    var calls: Int64
    var failures: Int64
    /// Calls without a known price, whose cost is missing.
    var unpriced: Int64
    var estimated: Int64
    var tokens: CallTokensView
    var usd: String
    var durationMsP50: Double?
    var durationMsP95: Double?
    var firstTokenMsP50: Double?
    var firstTokenMsP95: Double?

    init(_ figures: CallFigures) {
        (calls, failures) = (figures.calls, figures.failures)
        (unpriced, estimated) = (figures.unpriced, figures.estimated)
        tokens = CallTokensView(figures.tokens)
        usd = figures.cost.decimal
        (durationMsP50, durationMsP95) = (figures.duration.p50, figures.duration.p95)
        (firstTokenMsP50, firstTokenMsP95) = (figures.firstToken.p50, figures.firstToken.p95)
    }
}

/// Sums of calls.
struct CallSumsView: Codable, Sendable {
    struct Row: Codable, Sendable {
        /// What the calls of the row have in common, in the order of `by`; a name is `null` for calls without one.
        var by: [String?]
        var figures: CallFiguresView
    }

    var by: [String]
    /// Sums are of whole hours.
    var from: WireTime
    var to: WireTime
    var rows: [Row]
    var total: CallFiguresView
    /// Whether there are more rows than were asked for.
    var cut: Bool

    init(_ sums: CallSums, by dimensions: [CallDimension]) {
        by = dimensions.map(\.rawValue)
        (from, to) = (sums.from.wire, sums.to.wire)
        rows = sums.rows.map { row in
            let names = row.groups.map { group -> String? in
                switch group {
                case .name(let name): name
                case .time(let time): time.description
                }
            }
            return Row(by: names, figures: CallFiguresView(row.figures))
        }
        total = CallFiguresView(sums.total)
        cut = sums.isCut
    }
}
