import TuttiCore
import TuttiRuntime

/// Something of an issuer's that is fetched when it is needed, kept for a time, and fetched once for all who wait.
actor Refreshed<Value: Sendable> {
    struct Held: Sendable {
        let value: Value
        /// 1 for the first that was fetched, and so on.
        let number: Int
        let since: Duration
    }

    private let time: any Timekeeper
    private let fetch: @Sendable () async throws(OpenIDError) -> Value
    private var held: Held?
    private var failure: (error: OpenIDError, at: Duration)?
    private var lastCall: Duration?
    private var pending: Task<Result<Held, OpenIDError>, Never>?

    init(time: any Timekeeper, _ fetch: @escaping @Sendable () async throws(OpenIDError) -> Value) {
        self.time = time
        self.fetch = fetch
    }

    /// What is held, or a new one when that is too old.
    ///
    /// - Throws: why there is none: the issuer's last failure, for as long as it is not asked again.
    func current() async throws(OpenIDError) -> Held {
        let now = time.uptime()
        if let held, now - held.since < OpenIDLimits.lifetime { return held }
        if let failure, now - failure.at < OpenIDLimits.failurePause { return try old(failure.error) }
        switch await fetched() {
        case .success(let fresh): return fresh
        case .failure(let error): return try old(error)
        }
    }

    /// What is held may be used on for a while when there is nothing newer.
    private func old(_ error: OpenIDError) throws(OpenIDError) -> Held {
        guard let held, time.uptime() - held.since < OpenIDLimits.lifetimeWithoutAnswer else { throw error }
        return held
    }

    /// A newer one than somebody has found wanting; `nil` when there is none, or none may be asked for yet.
    func newer(than number: Int) async -> Held? {
        if let held, held.number > number { return held }
        if pending == nil, let lastCall, time.uptime() - lastCall < OpenIDLimits.unknownKeyPause { return nil }
        return try? await fetched().get()
    }

    private func fetched() async -> Result<Held, OpenIDError> {
        if let pending { return await pending.value }
        lastCall = time.uptime()
        // Not a child of whoever came first: others wait for it, who have not been cancelled.
        let task = Task { await self.attempt() }
        pending = task
        return await task.value
    }

    private func attempt() async -> Result<Held, OpenIDError> {
        defer { pending = nil }
        do throws(OpenIDError) {
            let fresh = Held(value: try await fetch(), number: (held?.number ?? 0) + 1, since: time.uptime())
            (held, failure) = (fresh, nil)
            return .success(fresh)
        } catch {
            failure = (error, time.uptime())
            return .failure(error)
        }
    }
}
