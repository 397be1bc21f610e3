/// What each line says that is written within a piece of work, such as `request.id` and `run.id`.
package enum LogContext {
    /// That of this task.
    @TaskLocal package static var current: LogMetadata = [:]

    /// Adds to what lines say while `body` runs, and in the tasks that it starts.
    package static func with<Output>(
        _ metadata: LogMetadata, _ body: () async throws -> Output
    ) async rethrows -> Output {
        try await $current.withValue(current.merging(metadata)) { try await body() }
    }
}
