import FoundationEssentials
import TuttiModels

/// A cassette as a provider.
struct Script: Sendable {
    let provider: ScriptProvider
    /// The models that it holds calls of.
    let models: [String]

    /// - Throws: ``ModelDirectoryError`` `bad_cassette`.
    init(path: String) throws(ModelDirectoryError) {
        let shown = "the cassette '\(path.prefix(200))'"
        guard let file = PlainFile(path: path) else {
            throw ModelDirectoryError(
                .cassette, "\(shown) is not there, or is no file; write script/PATH with the path of a cassette")
        }
        guard file.size <= Cassette.bytesMax, let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            throw ModelDirectoryError(
                .cassette, "\(shown) cannot be read, or has more than \(Cassette.bytesMax) bytes; check the file")
        }
        do throws(CassetteError) {
            let cassette = try Cassette(bytes)
            provider = ScriptProvider(cassette)
            models = cassette.models
        } catch {
            throw ModelDirectoryError(.cassette, "\(shown): \(error.message)")
        }
    }

    /// Its only model, unless one is named.
    func model(_ named: String?, path: String) throws(ModelDirectoryError) -> String {
        if let named {
            guard models.isEmpty || models.contains(named) else {
                throw ModelDirectoryError(
                    .modelName, "the cassette '\(path)' holds no call of '\(named)', but of \(list)")
            }
            return named
        }
        guard models.count <= 1 else {
            throw ModelDirectoryError(
                .modelName,
                "the cassette '\(path)' holds calls of \(models.count) models (\(list)); name one: script/PATH#MODEL")
        }
        return models.first ?? ModelDirectory.scriptName
    }

    private var list: String { models.prefix(10).joined(separator: ", ") + (models.count > 10 ? ", …" : "") }
}

extension ModelDirectory {
    /// The cassette of a path, with `#MODEL` behind it or not. It is read once, so that of several calls with one
    /// request each gets its own answer, whoever makes them.
    func script(_ place: String) throws(ModelDirectoryError) -> (provider: any ModelProvider, model: String) {
        let parts = place.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        let (path, named) = (parts[0], parts.count == 2 ? parts[1] : nil)
        let script = try opened(path)
        return (script.provider, try script.model(named, path: path))
    }

    private func opened(_ path: String) throws(ModelDirectoryError) -> Script {
        if let known = knownScript(path) { return known }
        return try keep(try Script(path: path), path)
    }
}
