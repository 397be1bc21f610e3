/// The sandbox of this machine, which is tried out when it is first needed.
package actor SandboxOnUse {
    private let find: @Sendable () async throws -> any Sandbox
    private var finding: Task<any Sandbox, any Error>?

    /// - Parameter find: makes a trial.
    package init(_ find: @escaping @Sendable () async throws -> any Sandbox) { self.find = find }

    /// The sandbox; when there is none, the next call tries again.
    ///
    /// - Throws: ``SandboxError`` `sandbox_unavailable`.
    package var sandbox: any Sandbox {
        get async throws {
            let task = finding ?? Task { [find] in try await find() }
            finding = task
            do {
                return try await task.value
            } catch {
                if finding == task { finding = nil }
                throw error
            }
        }
    }
}
