/// Whether the words of people and models are told in traces. They are not, unless somebody decides it.
package struct GenAIContent: Sendable {
    private let redact: (@Sendable (String) -> String)?

    /// Nothing is told.
    package static let off = GenAIContent(redact: nil)

    /// All is told, after it went through `redact`.
    package static func on(redact: @escaping @Sendable (String) -> String) -> GenAIContent {
        GenAIContent(redact: redact)
    }

    /// The words of a call as attributes: messages as JSON by the conventions, in texts that are only put together
    /// when they are wanted.
    package func attributes(
        input: @autoclosure () -> String? = nil, output: @autoclosure () -> String? = nil,
        instructions: @autoclosure () -> String? = nil
    ) -> SpanAttributes {
        var attributes = SpanAttributes()
        guard let redact else { return attributes }
        attributes["gen_ai.system_instructions"] = instructions().map { .string(redact($0)) }
        attributes["gen_ai.input.messages"] = input().map { .string(redact($0)) }
        attributes["gen_ai.output.messages"] = output().map { .string(redact($0)) }
        return attributes
    }
}
