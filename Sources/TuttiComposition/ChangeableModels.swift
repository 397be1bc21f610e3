import Synchronization
import TuttiAgents

/// Models found by a source that may be replaced while runs use it: calls that are under way go on as they began.
final class ChangeableModels: ModelSource {
    private let source: Mutex<any ModelSource>

    init(_ source: any ModelSource) { self.source = Mutex(source) }

    func change(to source: any ModelSource) { self.source.withLock { $0 = source } }

    /// - Throws: as the source of the moment.
    func model(named name: String) throws -> Model { try source.withLock { $0 }.model(named: name) }
}
