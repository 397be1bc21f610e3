package import TuttiCore
package import TuttiModels

/// How clients speak to the gateway. All of it is values in, values out.
package protocol InboundDialect: Sendable {
    /// What it is called in the ledger.
    var name: String { get }

    /// Reads a request that is carried over to a provider of another dialect.
    ///
    /// - Throws: ``GatewayError`` that names the field: what it must be, or that it cannot be carried over. Nothing of
    ///   a request is ever left out.
    func read(_ body: JSONValue) throws(GatewayError) -> InboundCall

    /// How a failure is answered before anything of an answer was sent.
    func refusal(_ error: GatewayError, request: String) -> Refusal

    /// The fields of an answer's head that tell what is left of the caller's rates.
    func rateFields(_ rates: CallRates, at time: Timestamp) -> [(name: String, value: String)]

    /// What says that a stream is alive, and means nothing else.
    var alive: [UInt8] { get }

    /// How a failure is told behind a part of an answer: an event that the client's library raises as an error.
    func brokenOff(_ error: GatewayError, request: String) -> [UInt8]
}

extension InboundDialect {
    /// As OpenAI's API has them.
    package func rateFields(_ rates: CallRates, at time: Timestamp) -> [(name: String, value: String)] {
        rates.openAIFields
    }
}

/// An answer that tells of a failure.
package struct Refusal: Sendable, Hashable {
    package var status: Int
    package var body: [UInt8]
    /// Whether the client's library should try again by itself.
    package var isWorthRepeating: Bool
    package var retryAfter: Duration?
}

/// Writes answers as one client has asked for them.
package protocol AnswerWriter: Sendable {
    /// A whole answer.
    func whole(_ response: ModelResponse, _ stamp: AnswerStamp) -> [UInt8]

    /// What writes an answer in pieces.
    func stream(_ stamp: AnswerStamp) -> any AnswerStream
}

/// Writes an answer while it comes.
package protocol AnswerStream: Sendable {
    /// The next piece; what is written may be nothing. Behind `finished` the answer is whole, with the end marker of
    /// its dialect: no other place writes one.
    mutating func take(_ event: ModelEvent) -> [UInt8]
}
