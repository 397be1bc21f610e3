package import TuttiHTTP
package import TuttiModels

/// A call as it is about to be made.
package struct OutgoingCall: Sendable {
    package var method: HTTPMethod
    /// The whole address, with path and query.
    package var url: String
    /// Its headers and body; the path is part of the address.
    package var wire: WireRequest
    /// Which credential it carries, counted by whoever gave it.
    package var credential = 0

    package init(_ method: HTTPMethod, _ url: String, _ wire: WireRequest) {
        self.method = method
        self.url = url
        self.wire = wire
    }
}

/// Shows the receiver of calls who makes them, by what has to be fetched or worked out for each call: a token that runs
/// out, or a signature.
package protocol CallAuthorization: Sendable {
    /// The call as its receiver wants to see it.
    ///
    /// - Throws: ``ModelError`` `unauthenticated` when there is no credential, which names the places that were looked
    ///   at, or `unreachable` when whoever gives it cannot be asked now; `CancellationError`.
    func authorized(_ call: OutgoingCall) async throws -> OutgoingCall

    /// The credential that a call carried was refused, so the next call needs another one.
    ///
    /// - Returns: whether another one can be had.
    func renew(after call: OutgoingCall) async -> Bool
}
