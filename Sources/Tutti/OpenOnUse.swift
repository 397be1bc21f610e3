/// Something that is opened when it is first used. When that fails, the next use tries again.
actor OpenOnUse<Value: Sendable> {
    private let open: @Sendable () async throws -> Value
    /// The value, or its opening.
    private var opening: Task<Value, any Error>?

    init(_ open: @escaping @Sendable () async throws -> Value) { self.open = open }

    /// - Throws: what opening throws.
    var value: Value {
        get async throws {
            let opening = self.opening ?? Task { [open] in try await open() }
            self.opening = opening
            do {
                return try await opening.value
            } catch {
                if self.opening == opening { self.opening = nil }
                throw error
            }
        }
    }
}
