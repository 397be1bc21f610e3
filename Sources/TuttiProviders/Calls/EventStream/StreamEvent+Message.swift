import TuttiCore
import TuttiModels

extension StreamEvent {
    /// What a message of an event stream tells: an event by its type, or a failure by its name.
    ///
    /// Exceptions of the service have a payload in JSON; errors below it have a code and a sentence in headers, which
    /// becomes such a payload.
    ///
    /// - Throws: ``EventStreamError`` for a message of a sort that the protocol does not have.
    init(_ message: EventStreamMessage) throws(EventStreamError) {
        let data = String(decoding: message.payload, as: UTF8.self)
        switch message.text(":message-type") {
        case "event": self.init(name: message.text(":event-type"), data: data)
        case "exception": self.init(name: message.text(":exception-type"), data: data, isFailure: true)
        case "error":
            let sentence = message.text(":error-message").map { ["message": JSONValue.string($0)] } ?? [:]
            let body = try? CanonicalJSON.encode(JSONValue.object(sentence))
            self.init(
                name: message.text(":error-code"), data: body.map { String(decoding: $0, as: UTF8.self) } ?? "{}",
                isFailure: true)
        default: throw EventStreamError(problem: "a message is neither an event nor a failure")
        }
    }
}
