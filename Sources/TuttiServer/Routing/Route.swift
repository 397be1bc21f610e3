import TuttiCore
import TuttiGateway
package import TuttiHTTP
package import TuttiHTTPServer

/// One thing that can be asked of the server: its address, what is told of it, and what it does.
package struct Route: Sendable {
    package let method: HTTPMethod
    package let pattern: RoutePattern
    /// Further addresses of the same thing, which the document does not tell of.
    package var aliases: [RoutePattern] = []
    /// `nil` for what is no part of the API, such as the files of the dashboard.
    package var operation: Operation?
    /// How its requests are handled by the transport.
    package var plan = RequestPlan(bodySizeMax: 0)
    /// Requests with bodies up to so many bytes are handled on the loop all the same: a change of threads costs more
    /// than reading them.
    var bodySizeOnLoopMax = 0
    /// Who may use it.
    package let access: RouteAccess
    /// In whose words its failures are told; `nil` for our own problems.
    var dialect: (@Sendable (ServerRequest) -> any InboundDialect)?
    let answer: @Sendable (RouteRequest) async throws -> ServerResponse

    /// A part of the API.
    ///
    /// - Parameters:
    ///   - query: every parameter that it knows; any other is refused.
    ///   - body: what it takes.
    ///   - bodySizeMax: in bytes.
    ///   - answers: beside the problems that every route may answer with.
    init(
        _ method: HTTPMethod, _ path: String, _ id: String, _ tag: Operation.Tag, _ summary: String,
        details: String? = nil, aliases: [String] = [], parameters: [ParameterDescription] = [],
        body: BodyDescription? = nil, bodySizeMax: Int = Route.bodySizeUsual, runsElsewhere: Bool = false,
        answers: [AnswerDescription], _ answer: @escaping @Sendable (RouteRequest) async throws -> ServerResponse
    ) {
        self.method = method
        access = .of(id)
        pattern = RoutePattern(path)
        self.aliases = aliases.map(RoutePattern.init)
        operation = Operation(
            id: id, tag: tag, summary: summary, details: details, parameters: parameters, body: body,
            answers: answers)
        // Bodies are read off the loops: a large one takes long enough for others to notice.
        plan = RequestPlan(
            bodySizeMax: body == nil ? Self.strayBodySizeMax : bodySizeMax, runsElsewhere: runsElsewhere || body != nil)
        self.answer = answer
    }

    /// What is no part of the API, and says nothing of anybody: files, and the description of the API.
    init(
        hidden method: HTTPMethod, _ path: String,
        _ answer: @escaping @Sendable (RouteRequest) async throws -> ServerResponse
    ) {
        self.method = method
        access = RouteAccess(.anybody)
        pattern = RoutePattern(path)
        plan = RequestPlan(bodySizeMax: Self.strayBodySizeMax)
        self.answer = answer
    }

    /// Bytes of a body unless a route says otherwise.
    static let bodySizeUsual = 1 << 20
    /// Bytes of a body that nobody reads: some clients send `{}` with everything.
    static let strayBodySizeMax = 1024

    /// How a request is handled, as far as its head tells.
    func plan(for head: ServerRequest) -> RequestPlan {
        guard plan.runsElsewhere, bodySizeOnLoopMax > 0, let field = head.headers["Content-Length"],
            let length = Int(field), length <= bodySizeOnLoopMax
        else { return plan }
        var plan = plan
        plan.runsElsewhere = false
        return plan
    }
}
