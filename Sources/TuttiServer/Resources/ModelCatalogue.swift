import Synchronization
import TuttiModels
package import TuttiProviders
package import TuttiRuntime

/// The models that can be asked. Providers are asked for their lists at most once in a while, and by one caller for
/// all that come meanwhile.
package final class ModelCatalogue: Sendable {
    private let directory: ModelDirectory
    private let localServers: [LocalServers.Place]
    /// The model of the configuration.
    let usual: String?
    private let clock: any Timekeeper
    private let state = Mutex<(view: ModelsView?, until: Duration, task: Task<ModelsView, Never>?)>((nil, .zero, nil))

    /// How long a list is taken for true.
    static let freshFor: Duration = .seconds(15)
    /// How long a server of this machine may take to answer.
    private static let patience: Duration = .milliseconds(600)

    /// - Parameter usual: the model of the configuration.
    package init(
        _ directory: ModelDirectory, localServers: [LocalServers.Place], usual: String?, clock: any Timekeeper
    ) {
        self.directory = directory
        self.localServers = localServers
        self.usual = usual
        self.clock = clock
    }

    /// Which providers could be asked as they are set up.
    var readiness: [ProviderReadiness] { directory.readiness }

    func view() async -> ModelsView {
        let now = clock.uptime()
        let found = state.withLock { state -> (ModelsView?, Task<ModelsView, Never>?) in
            if let view = state.view, now < state.until { return (view, nil) }
            if let task = state.task { return (nil, task) }
            // It outlives the caller that has asked first: the others wait for it, too.
            let task = Task { await self.load() }
            state.task = task
            return (nil, task)
        }
        if let view = found.0 { return view }
        guard let task = found.1 else { return ModelsView(models: [], notes: [], default: usual, offline: true) }
        let view = await task.value
        state.withLock { state in
            if state.task == task { state = (view, clock.uptime() + Self.freshFor, nil) }
        }
        return view
    }

    private func load() async -> ModelsView {
        let listings = await directory.listings(at: localServers, patience: Self.patience)
        let models = listings.flatMap { listing in
            listing.models.map { model in
                ModelsView.ModelView(
                    name: "\(listing.provider)/\(model.name)", provider: listing.provider,
                    contextTokens: model.contextTokens.map { Int64($0) })
            }
        }
        let notes = listings.compactMap { listing in
            listing.problem.map { ModelsView.Note(provider: listing.provider, message: $0.message) }
        }
        return ModelsView(models: models, notes: notes, default: usual, offline: true)
    }
}
