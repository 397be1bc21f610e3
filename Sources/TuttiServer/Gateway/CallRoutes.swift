import TuttiAccess
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// What the ledger knows of calls of models.
struct CallRoutes: Sendable {
    let ledger: any CallLedger
    let tenant: String
    let clock: any Timekeeper

    var all: [Route] { [list, sums, export] }

    // MARK: What is asked for

    private static let from = Parameter<Timestamp?>.time("from", "Not before this moment.")
    private static let before = Parameter<Timestamp?>.time("before", "Before this moment.")
    private static let limit = Parameter<Int>.integer("limit", "How many at most.", in: 1...1000, default: 100)
    private static let cursor = Parameter<CallID?>.query(
        "cursor", "Where the page begins: `next` of the page before.", schema: .string()
    ) { text in
        guard let id = CallID(text) else {
            throw Problem.badParameter("cursor", "cursor", "this is no cursor of the calls")
        }
        return id
    }
    private static let by = Parameter<[CallDimension]?>.query(
        "by",
        "What calls are told apart by, one or two with a comma between: "
            + CallDimension.allCases.map(\.rawValue).joined(separator: ", ") + ".", schema: .string()
    ) { text in
        try text.split(separator: ",").map { word in
            guard let dimension = CallDimension(rawValue: String(word)) else {
                let names = CallDimension.allCases.map(\.rawValue)
                let near = NearestName.find(String(word), among: names).map { "; did you mean '\($0)'?" } ?? ""
                throw Problem.badParameter("by", "unknown", "calls are not told apart by '\(word.prefix(40))'\(near)")
            }
            return dimension
        }
    }
    private static let names: [(dimension: CallDimension, parameter: Parameter<String?>)] = CallDimension.allCases
        .filter { !$0.isTime }
        .map { ($0, .text($0.rawValue, "Only calls with this \($0.rawValue).")) }

    private static let cache = Parameter<CallCacheUse?>.query(
        "cache", "Only calls for which the cache of answers had this.",
        schema: .values(CallCacheUse.allCases.map { .string($0.rawValue) })
    ) { text in
        guard let use = CallCacheUse(rawValue: text) else {
            throw Problem.badParameter("cache", "unknown", "the cache had a 'hit', something 'similar', or a 'miss'")
        }
        return use
    }

    private static let ranges = [from.description, before.description] + names.map(\.parameter.description)
    private static let filters = ranges + [cache.description]

    /// Names that calls must have: those that are asked for, and those of who may see only what is their own.
    private static func only(_ request: RouteRequest) throws -> [CallDimension: String?] {
        var only: [CallDimension: String?] = [:]
        for (dimension, parameter) in names {
            if let name = try request[parameter] { only[dimension] = .some(name) }
        }
        let caller = try request.caller
        if caller.reach != .all { only[.person] = .some(caller.principal.id ?? "nobody") }
        if let project = caller.principal.project { only[.project] = .some(project) }
        return only
    }

    private func filter(_ request: RouteRequest, _ order: CallFilter.Order) throws -> CallFilter {
        CallFilter(
            tenant: tenant, from: try request[Self.from], to: try request[Self.before], only: try Self.only(request),
            cache: try request[Self.cache], order: order)
    }

    // MARK: Answers

    private var list: Route {
        Route(
            .get, "/api/v1/calls", "listCalls", .gateway, "Lists calls of models, the latest first.",
            parameters: [Self.limit.description, Self.cursor.description] + Self.filters,
            answers: [.json(200, CallsView.self, "A page of calls.")]
        ) { request in
            let page = try await reading {
                try await ledger.page(
                    try filter(request, .newestFirst), behind: try request[Self.cursor],
                    limit: try request[Self.limit])
            }
            return try request.answer(CallsView(calls: page.lines.map(CallView.init), next: page.next?.text))
        }
    }

    private var sums: Route {
        Route(
            .get, "/api/v1/calls/sums", "sumCalls", .gateway, "Adds calls of models up.",
            details: "Without `from` the last 30 days are counted. Sums are of whole hours of UTC.",
            parameters: [Self.by.description, Self.limit.description] + Self.ranges,
            answers: [.json(200, CallSumsView.self, "The sums.")]
        ) { request in
            let now = clock.now()
            let dimensions = try request[Self.by] ?? []
            let query = CallSumsQuery(
                tenant: tenant,
                from: try request[Self.from]
                    ?? Timestamp(milliseconds: now.milliseconds - Self.usualRange.milliseconds),
                to: try request[Self.before] ?? now + .milliseconds(1), by: dimensions, only: try Self.only(request),
                limit: try request[Self.limit])
            return try request.answer(CallSumsView(try await reading { try await ledger.sums(query) }, by: dimensions))
        }
    }

    private static let usualRange: Duration = .seconds(30 * 86_400)

    private var export: Route {
        Route(
            .get, "/api/v1/calls.csv", "exportCalls", .gateway, "Gives calls of models as CSV, the earliest first.",
            parameters: Self.filters, answers: [.content(200, "text/csv", "A line for each call.")]
        ) { request in
            let lines = ledger.csv(try filter(request, .oldestFirst))
            return ServerResponse(
                status: 200,
                headers: [
                    "Content-Type": "text/csv; charset=utf-8; header=present", "Cache-Control": "no-store",
                    "Content-Disposition": "attachment; filename=\"calls.csv\"",
                ],
                body: .stream(length: nil) { writer in
                    for try await piece in lines { try await writer.write(piece) }
                })
        }
    }

    private func reading<Output>(_ body: () async throws -> Output) async throws -> Output {
        do {
            return try await body()
        } catch let error as CallLedgerError {
            guard error.kind == .invalid || error.kind == .tooLarge else {
                throw Problem(
                    503, "ledger_unusable", "the ledger of calls cannot be read at the moment",
                    headers: ["Retry-After": "2"])
            }
            throw Problem(422, "bad_input", error.message)
        }
    }
}
