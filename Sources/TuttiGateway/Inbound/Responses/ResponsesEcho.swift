import TuttiCore

/// What an answer tells again of its request, as the vendor's own answers do and clients' types demand.
struct ResponsesEcho: Sendable, Hashable {
    private let members: [(name: String, value: JSONValue)]

    /// The members with what they are when a request leaves them out.
    private static let usual: [(name: String, value: JSONValue)] = [
        ("instructions", .null), ("max_output_tokens", .null), ("metadata", [:]), ("parallel_tool_calls", true),
        ("previous_response_id", .null), ("reasoning", ["effort": .null, "summary": .null]), ("store", false),
        ("temperature", .null), ("text", ["format": ["type": "text"]]), ("tool_choice", "auto"), ("tools", []),
        ("top_p", .null), ("truncation", "disabled"), ("user", .null),
    ]

    init(_ body: JSONValue) {
        members = Self.usual.map { name, usual in
            if name == "store" { return (name, usual) }  // whatever was asked for
            return (name, body[name].flatMap { $0 == .null ? nil : $0 } ?? usual)
        }
    }

    func write(to output: inout JSONOutput) {
        for (name, value) in members {
            output.raw(",")
            output.string(name)
            output.raw(":")
            output.value(value)
        }
    }

    static func == (left: ResponsesEcho, right: ResponsesEcho) -> Bool {
        left.members.elementsEqual(right.members) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        for member in members { hasher.combine(member.value) }
    }
}
