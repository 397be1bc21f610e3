/// Work that takes long, done beside the loop on which a call is: others are on it, too.
enum AsideWork {
    /// Does it on a thread for work, and comes back.
    static func run<Output: Sendable, Failure>(
        _ work: @escaping @Sendable () throws(Failure) -> Output
    ) async throws(Failure) -> Output {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(Failure) -> Output in
            try await leave(work)
        }
    }

    @concurrent
    private static func leave<Output: Sendable, Failure>(
        _ work: @escaping @Sendable () throws(Failure) -> Output
    ) async throws(Failure) -> Output {
        try work()
    }
}
