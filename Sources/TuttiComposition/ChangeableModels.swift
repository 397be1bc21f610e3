import Synchronization
import Tutti
import TuttiAgents
import TuttiModels

/// Models whose prices may be replaced while runs use them: calls that are under way go on as they began.
final class ChangeableModels: ModelSource {
    private let source: Mutex<PricedModels>

    init(_ source: PricedModels) { self.source = Mutex(source) }

    func change(to source: PricedModels) { self.source.withLock { $0 = source } }

    /// - Throws: as the source of the moment.
    func model(named name: String) throws -> Model { try present.model(named: name) }

    /// A model that somebody else asks, with its price of the moment.
    func priced(_ name: String, _ provider: any ModelProvider, model: String) -> Model {
        present.priced(name, provider, model: model)
    }

    private var present: PricedModels { source.withLock(\.self) }
}
