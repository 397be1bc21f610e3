import TuttiCore

/// How one sort of provider answers.
protocol Speaker: Sendable {
    /// How the lines of its streams end.
    var lineEnd: Fault.LineEnd { get }

    /// What is asked, or `nil` for a request that cannot be read.
    func call(_ request: HTTPRequest, body: JSONValue) -> ModelCall?

    /// An answer in one piece.
    func whole(_ answer: Answer, to call: ModelCall) -> JSONValue

    /// An answer as a stream, from its first event to its end marker.
    func stream(_ answer: Answer, to call: ModelCall) -> [StreamEvent]

    /// What it says instead of an answer.
    func refusal(_ failure: Failure) -> Refusal

    /// How it says the same inside of a stream.
    func failureEvent(_ failure: Failure) -> StreamEvent

    /// The list of models.
    func list(_ models: [String]) -> JSONValue
}

/// One event of a stream.
struct StreamEvent: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// What stands around content.
        case frame
        /// A piece of the answer.
        case content
        /// What only a whole answer has.
        case ending
    }

    var kind: Kind
    /// Of dialects that name their events.
    var name: String?
    var data: String
}

/// A failure on its way to the wire.
struct Refusal: Sendable {
    var status: Int
    var headers: [String: String] = [:]
    var body: JSONValue
}

extension Answer {
    var hasUsage: Bool { !faults.contains(.noUsage) }
    var repeatsUsage: Bool { faults.contains(.repeatedUsage) }
}

extension TokenUsage {
    /// What has been counted when so many pieces of all have been made.
    func after(_ pieces: Int, of all: Int) -> TokenUsage {
        guard pieces < all else { return self }
        var partial = self
        partial.output = output * pieces / max(1, all)
        partial.reasoning = min(reasoning, partial.output)
        return partial
    }
}
