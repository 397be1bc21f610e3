import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPServer
import TuttiRouting

/// What is kept of answers, and how it is removed.
struct CacheRoutes: Sendable {
    let cache: AnswerCache
    let router: ModelRouter
    let tenant: String

    var all: [Route] { [read, empty] }

    private var read: Route {
        Route(
            .get, "/api/v1/cache", "getCache", .gateway, "Tells how many answers are kept, and what that was good for.",
            details: "Hits, misses and what was saved are those since the server has started. `disk` is null while "
                + "there is none that can be used.",
            answers: [.json(200, CacheView.self, "The cache.")]
        ) { request in
            try request.answer(CacheView(await cache.counts(), isOn: router.table.cache != nil))
        }
    }

    private static let model = Parameter<String?>.text(
        "model", "Only answers of this model, as it was asked for.", lengthMax: ModelReference.lengthMax)

    private var empty: Route {
        Route(
            .delete, "/api/v1/cache", "emptyCache", .gateway,
            "Removes answers that are kept, in memory and on the disk.",
            parameters: [Self.model.description],
            answers: [
                .empty(204, "They are removed."), AuthRoutes.refused,
                .problem(503, "Those on the disk cannot be removed at the moment."),
            ]
        ) { request in
            let model = try request[Self.model]
            do throws(AnswerShelfError) {
                try await cache.remove(of: tenant, model: model)
            } catch {
                throw Problem(
                    503, "cache_unusable",
                    "the answers in memory are removed; those on the disk cannot be at the moment: try again, or end "
                        + "the server and remove answers.db from its home", headers: ["Retry-After": "2"])
            }
            return ServerResponse(status: 204)
        }
    }
}

/// What is kept of answers.
struct CacheView: Codable, Sendable {
    struct Store: Codable, Sendable {
        var entries: Int64
        var bytes: Int64

        init(_ count: AnswerCount) { (entries, bytes) = (count.entries, count.bytes) }
    }

    /// Whether the file of routes asks for it.
    var on: Bool
    var memory: Store
    var disk: Store?
    var hits: Int64
    var similar: Int64
    var misses: Int64
    /// What the answers that were given again had taken when they were made.
    var savedTokens: Int64
    var savedUsd: String

    init(_ counts: CacheCounts, isOn: Bool) {
        on = isOn
        memory = Store(counts.memory)
        disk = counts.disk.map { Store($0) }
        (hits, similar, misses) = (counts.hits, counts.similar, counts.misses)
        (savedTokens, savedUsd) = (counts.tokens, counts.cost.decimal)
    }
}
