package import TuttiCore

/// What is told of a route: its page in the reference of the API, and its part of the OpenAPI document.
package struct Operation: Sendable {
    /// The chapters of the reference.
    package enum Tag: String, Sendable, CaseIterable {
        case runs = "Runs"
        case approvals = "Approvals"
        case roundtables = "Roundtables"
        case agents = "Agents"
        case workflows = "Workflows"
        case live = "Live"
        case projects = "Projects"
        case topics = "Topics"
        case uploads = "Uploads"
        case refinement = "Refinement"
        case identity = "Identity"
        case gateway = "Gateway"
        case operations = "Operations"
    }

    /// Names the operation in code that is made from the document.
    package let id: String
    package let tag: Tag
    /// One sentence.
    package let summary: String
    /// What else there is to know, as Markdown.
    package var details: String?
    package var parameters: [ParameterDescription] = []
    package var body: BodyDescription?
    package var answers: [AnswerDescription]
}

/// What a route takes.
package struct BodyDescription: Sendable {
    package let mediaType: String
    /// Made when the description of the API is asked for.
    package let schema: @Sendable () -> JSONSchema
    package var isRequired = true
}

/// What a route may answer.
package struct AnswerDescription: Sendable {
    package let status: Int
    package let summary: String
    /// `nil` for an answer without a body.
    package var content: (mediaType: String, schema: @Sendable () -> JSONSchema)?

    /// A value as JSON.
    static func json<View: Codable & SendableMetatype>(_ status: Int, _ view: View.Type, _ summary: String)
        -> AnswerDescription
    {
        AnswerDescription(status: status, summary: summary, content: ("application/json", { .ofWire(view) }))
    }

    /// JSON whose shape is another's: a provider's, or a table that grows with what is set up.
    static func anyJSON(_ status: Int, _ summary: String) -> AnswerDescription {
        AnswerDescription(status: status, summary: summary, content: ("application/json", { .object([]) }))
    }

    // What several routes answer.
    static let unknownRun = problem(404, "There is no such run.")
    static let ambiguousRun = problem(409, "Several runs begin so.")
    static let misfit = problem(422, "The body does not fit; every part is named.")

    /// Nothing but a head.
    static func empty(_ status: Int, _ summary: String) -> AnswerDescription {
        AnswerDescription(status: status, summary: summary)
    }

    /// Bytes of another media type.
    static func content(_ status: Int, _ mediaType: String, _ summary: String) -> AnswerDescription {
        AnswerDescription(status: status, summary: summary, content: (mediaType, { .string() }))
    }

    /// A ``Problem``.
    static func problem(_ status: Int, _ summary: String) -> AnswerDescription {
        AnswerDescription(
            status: status, summary: summary, content: (Problem.mediaType, { .ofWire(Problem.Body.self) }))
    }
}
