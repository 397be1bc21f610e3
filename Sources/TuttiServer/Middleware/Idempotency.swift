import FoundationEssentials
import Synchronization
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// Lets callers send a POST again that they have no answer to: under the same `Idempotency-Key` it is done once, and
/// answered the same again.
///
/// An answer is kept for ``ServerStoreLimits/answersFor``. One that tells of a failure of the server is not: what was
/// asked may be tried again. A server that dies between doing and keeping does it again at the next try; runs that are
/// started or forked carry the key themselves, so that there is one of them even then. Keys belong to who sends them.
struct Idempotency: Middleware {
    let store: any ServerStore
    let tenant: String
    let clock: any Timekeeper
    /// What is being done at the moment.
    private let inFlight = InFlight()

    private final class InFlight: Sendable {
        let keys = Mutex<Set<RequestKey>>([])
    }

    init(store: any ServerStore, tenant: String, clock: any Timekeeper) {
        self.store = store
        self.tenant = tenant
        self.clock = clock
    }

    /// Fields of an answer that belong to one request, or to how it travelled.
    private static let fieldsLeftOut: Set<String> = ["x-request-id", "date", "connection", "content-length"]

    func respond(
        to exchange: Exchange, _ next: @Sendable (Exchange) async throws -> ServerResponse
    ) async throws -> ServerResponse {
        // What nobody in particular has asked for answers nobody in particular: strangers choose the same keys.
        guard exchange.request.method == .post, let route = exchange.route, route.operation != nil,
            // Clients of models send a key with each attempt; what is answered them is kept by nobody.
            route.access.who != .anybody, route.dialect == nil, let typed = exchange.request.headers["Idempotency-Key"]
        else { return try await next(exchange) }
        try Self.check(typed)
        let key = RequestKey(tenant: tenant, target: Self.target(of: exchange), key: typed)
        let body = try await exchange.request.body.collect(upTo: .max)  // the transport holds it to the route's limit
        let holdsSecret = route.access.holdsSecret
        // Of what holds a secret not even the hash is kept: a short one could be guessed.
        let hash = holdsSecret ? "" : Digest.sha256Hex(Data(body))
        guard inFlight.keys.withLock({ $0.insert(key).inserted }) else {
            throw Problem(
                409, "idempotency_in_progress",
                "a request with this Idempotency-Key is being carried out; send it again "
                    + "in a moment", headers: ["Retry-After": "1"])
        }
        defer { inFlight.keys.withLock { _ = $0.remove(key) } }
        if let known = try await store.answer(to: key, at: clock.now()) { return try Self.again(known, hash) }
        var exchange = exchange
        exchange.request.body = RequestBody(body)
        let response: ServerResponse
        do {
            response = try await next(exchange)
        } catch {
            if error is CancellationError || error is ClientGone { throw error }
            let problem = Problem(error)
            guard problem.status < 500 else { throw error }
            response = problem.response(requestID: exchange.id)
        }
        // Another body cannot be told from this one: what has failed may be tried again with a better one.
        if holdsSecret, response.status >= 400 { return response }
        await keep(holdsSecret ? Self.notKept : response, to: key, hash)
        return response
    }

    /// Who asks what of whom. A key that is for one project has its own: it sees less than its owner.
    private static func target(of exchange: Exchange) -> String {
        let principal = Caller.current?.principal
        let owner = (principal?.id ?? "") + (principal?.project.map { "@\($0)" } ?? "")
        let query = exchange.request.query.map { query in
            // A ticket is a secret, and another one each time.
            query.split(separator: "&", omittingEmptySubsequences: false).filter { !$0.hasPrefix("ticket=") }
                .joined(separator: "&")
        }
        return "\(owner) POST \(exchange.request.path)" + (query.map { $0.isEmpty ? "" : "?\($0)" } ?? "")
    }

    /// What a second request is told whose first answer held a secret.
    private static let notKept = Problem.conflict(
        "already_done", "this was done before under the same Idempotency-Key; what it gave is not kept"
    ).response(requestID: nil)

    private static func check(_ key: String) throws {
        guard (1...IdempotencyKey.sizeMax).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Problem.badParameter(
                "Idempotency-Key", "format",
                "an Idempotency-Key has 1 to \(IdempotencyKey.sizeMax) visible ASCII characters, such as a UUID")
        }
    }

    private static func again(_ known: KeptAnswer, _ hash: String) throws -> ServerResponse {
        guard known.bodyHash == hash else {
            throw Problem(
                422, "idempotency_conflict", "this Idempotency-Key was used with another body; take a new key")
        }
        var headers = HTTPHeaders(known.fields.map { HTTPHeaders.Field(name: $0.name, value: $0.value) })
        headers.set("Idempotency-Replayed", to: "true")
        return ServerResponse(
            status: known.status, headers: headers, body: known.body.isEmpty ? .none : .bytes(known.body))
    }

    private func keep(_ response: ServerResponse, to key: RequestKey, _ hash: String) async {
        let body: [UInt8]
        switch response.body {
        case .none: body = []
        case .bytes(let bytes): body = bytes
        case .stream, .webSocket: return
        }
        guard response.status < 500, response.status != 429, response.status != 408,
            body.count <= ServerStoreLimits.answerSizeMax
        else { return }
        let fields = response.headers.fields.filter { !Self.fieldsLeftOut.contains($0.name.lowercased()) }
        let answer = KeptAnswer(
            bodyHash: hash, status: response.status,
            fields: fields.map { KeptAnswer.Field(name: $0.name, value: $0.value) }, body: body,
            expires: clock.now() + ServerStoreLimits.answersFor)
        // What was done is done: an answer that cannot be kept must not become a failure of the request.
        try? await store.keep(answer, to: key)
    }
}
