import Synchronization
public import TuttiCore

/// Plays a cassette: a provider that needs no network, no key and no model, and invents nothing.
public final class ScriptProvider: ModelProvider {
    private let cassette: Cassette
    private let secrets: [SecretText]
    private let times = Mutex<[String: Int]>([:])

    /// A provider that answers from a cassette.
    ///
    /// - Parameter secrets: those that were hidden while recording, where requests hold them.
    public init(_ cassette: Cassette, hiding secrets: [SecretText] = []) {
        self.cassette = cassette
        self.secrets = secrets
    }

    /// Answers as was recorded, with one event for each part.
    ///
    /// - Throws: ``CassetteMiss``; what `tell` throws; `CancellationError`.
    public func answer(
        _ request: ModelRequest, tell: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelResponse {
        try Task.checkCancellation()
        let key = CassetteKey.digest(try CassetteKey.request(request, hiding: secrets))
        let time = times.withLock { times in
            // Only what is held is counted, so that the counts do not outgrow the cassette.
            guard cassette.holds(key) else { return 1 }
            times[key] = min(times[key, default: 0] + 1, Cassette.callsMax)
            return times[key, default: 1]
        }
        let response = try cassette.answer(to: request, time: time, hiding: secrets)
        for event in response.events { try await tell(event) }
        return response
    }
}
