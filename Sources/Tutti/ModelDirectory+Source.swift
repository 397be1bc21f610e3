import Synchronization
public import TuttiAgents
import TuttiMemorySQLite
public import TuttiModels
public import TuttiProviders

/// The models of a directory, with what they cost.
///
/// ```swift
/// let directory = ModelDirectory(ProviderSettings(environment: ProcessInfo.processInfo.environment))
/// let table = Roundtable(models: PricedModels(directory))
/// ```
public struct PricedModels: ModelSource {
    private let directory: ModelDirectory
    private let prices: PriceTable

    /// Models of a directory; without prices their cost is known only where providers tell it.
    public init(_ directory: ModelDirectory, prices: PriceTable = PriceTable()) {
        self.directory = directory
        self.prices = prices
    }

    /// - Throws: `ModelDirectoryError`.
    public func model(named name: String) throws -> Model {
        let (provider, model) = try directory.resolve(name)
        return priced(name, provider, model: model)
    }

    /// A model that somebody else asks, with its price here.
    ///
    /// - Parameter model: what its provider calls it.
    package func priced(_ name: String, _ provider: any ModelProvider, model: String) -> Model {
        Model(name, provider: provider, model: model, prices: prices)
    }
}

/// The models of a directory, whose calls are recorded in one cassette.
public final class RecordedModels: ModelSource {
    private let directory: ModelDirectory
    private let prices: PriceTable
    private let path: String
    /// One recording for each name, however often it is asked for.
    private let known = Mutex<[String: Model]>([:])

    /// Models of a directory.
    ///
    /// - Parameters:
    ///   - directory: where they are found.
    ///   - prices: what they cost.
    ///   - path: the cassette, which is made or goes on; no key of a provider gets into it.
    public init(_ directory: ModelDirectory, prices: PriceTable = PriceTable(), recordingTo path: String) {
        self.directory = directory
        self.prices = prices
        self.path = path
    }

    /// - Throws: `ModelDirectoryError`, also for a file that cannot be recorded to.
    public func model(named name: String) throws -> Model {
        if let model = known.withLock({ $0[name] }) { return model }
        let (provider, model) = try directory.recording(name, to: path)
        return known.withLock { known in
            let made = known[name] ?? Model(name, provider: provider, model: model, prices: prices)
            known[name] = made
            return made
        }
    }
}

/// Searches the folder that a run names, which is read when the run begins to use it.
public struct FolderRetrievers: RetrieverSource {
    /// A source of retrievers over folders.
    public init() {}

    /// The retriever of a folder, which is read when it is first asked: a run whose passages are recorded needs no
    /// folder any more.
    public func retriever(of folder: String?) -> (any Retriever)? { folder.map(FolderOnUse.init) }
}

/// A folder that is read when it is first asked for passages.
private struct FolderOnUse: Retriever {
    private let folder: OpenOnUse<FolderRetriever>

    init(_ folder: String) { self.folder = OpenOnUse { try await FolderRetriever.open(folder) } }

    /// - Throws: `RetrievalError` for what is no folder that can be read.
    func passages(for query: String, limit: Int) async throws -> [Passage] {
        try await folder.value.passages(for: query, limit: limit)
    }
}
