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
        let listings = await models(configuration).listings(at: localServers, patience: localPatience)
        let offers = listings.compactMap { listing -> String? in
            guard let model = listing.models.first else { return nil }
            return "--model \(listing.provider)/\(model.name)"
        }
        if let offer = offers.first {
            let others = offers.count > 1 ? ", and \(offers.count - 1) more providers" : ""
            return "A model could read it, too: \(offer)\(others) (`tutti models ls`)."
        }
        return nil
    }
}
