public import TuttiCore
public import TuttiModels

/// Asks another provider, and records each answered call in a cassette, from which `script/PATH` answers later.
///
/// A call is on the disk before its answer is returned. Calls that fail are not recorded. One process at a time records
/// to a file; what the file holds already stays.
public final class RecordingProvider: ModelProvider {
    private let provider: any ModelProvider
    private let file: CassetteFile

    /// A provider that is recorded.
    ///
    /// - Parameters:
    ///   - provider: who is asked.
    ///   - path: the cassette; it is made when it is not there.
    ///   - secrets: texts that are stored nowhere; `[secret]` takes their place.
    /// - Throws: `CassetteError` when the file cannot be written, or is something else.
    public init(
        _ provider: any ModelProvider, to path: String, hiding secrets: [SecretText] = []
    ) throws(CassetteError) {
        self.provider = provider
        file = try CassetteFile(path: path, hiding: secrets)
    }

    /// Asks, and records the answer.
    ///
    /// - Throws: what the provider throws; `CassetteError` when the call could not be recorded.
    public func answer(
        _ request: ModelRequest, tell: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelResponse {
        let response = try await provider.answer(request, tell: tell)
        try await file.append(request, response)
        return response
    }
}

extension ModelDirectory {
    /// As ``resolve(_:)``, and records the calls in a cassette, without the keys of any provider.
    ///
    /// - Throws: ``ModelDirectoryError``, also for a file that cannot be recorded to.
    public func recording(
        _ name: String, to path: String
    ) throws(ModelDirectoryError) -> (provider: any ModelProvider, model: String) {
        let found = try resolve(name)
        let secrets = settings.servers.sorted { $0.key < $1.key }.compactMap(\.value.key)
        do throws(CassetteError) {
            return (try RecordingProvider(found.provider, to: path, hiding: secrets), found.model)
        } catch {
            throw ModelDirectoryError(.cassette, error.message)
        }
    }
}
