import Tutti
import TuttiConfiguration
import TuttiProviders

extension CommandContext {
    /// Says in one line which models could have been asked: those of keys in the environment, and of servers on this
    /// machine. None of them is used unasked.
    func offerModels(_ configuration: Configuration) async throws {
        guard let offer = await modelOffer(configuration) else { return }
        try tell(offer)
    }

    /// The line; `nil` when there is nothing to offer.
    func modelOffer(_ configuration: Configuration) async -> String? {
        let offers = await offeredModels(configuration)
        guard let offer = offers.first else { return nil }
        let others = offers.count > 1 ? ", and \(offers.count - 1) more providers" : ""
        return "A model could read it, too: --model \(offer)\(others) (`tutti models ls`)."
    }

    /// One model of each provider that has any, by its full name.
    func offeredModels(_ configuration: Configuration) async -> [String] {
        let listings = await models(configuration).listings(at: localServers, patience: localPatience)
        return listings.compactMap { listing in listing.models.first.map { "\(listing.provider)/\($0.name)" } }
    }
}
