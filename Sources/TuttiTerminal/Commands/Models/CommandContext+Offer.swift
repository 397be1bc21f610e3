import Tutti
import TuttiConfiguration
import TuttiProviders

extension CommandContext {
    /// Says in one line which models could have been asked: those of keys that are set, and of servers on this machine.
    func offerModels(_ configuration: Configuration) async throws {
        let offers = await offeredModels(configuration)
        guard let offer = offers.first else { return }
        let others = offers.count > 1 ? ", and \(offers.count - 1) more providers" : ""
        try tell("A model could read it, too: --model \(offer)\(others) (`tutti models ls`).")
    }

    /// One model of each provider that could be asked, by its full name. Nothing leaves this machine for it.
    func offeredModels(_ configuration: Configuration) async -> [String] {
        await models(configuration).offers(at: localServers, patience: localPatience)
    }
}
