/// Does something, then closes what it was done with, however it has ended.
func closing<Output>(
    _ close: () async -> Void, behind body: () async throws -> Output
) async throws -> Output {
    do {
        let output = try await body()
        await close()
        return output
    } catch {
        await close()
        throw error
    }
}
