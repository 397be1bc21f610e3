import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiProviders

/// `GET /admin/providers`: which providers of models could be asked, as an older gateway told it.
struct ProviderOverview: Sendable {
    let catalogue: ModelCatalogue

    struct View: Codable, Sendable {
        struct Provider: Codable, Sendable {
            var configured: Bool
            /// Variables or settings that are missing.
            var missingConfig: [String]
            /// The model of the configuration, where it is of this provider.
            var defaultModel: String?
        }

        /// Of the model that is asked when none is named; `null` when there is none, and work is offline.
        var currentProvider: String?
        var currentModel: String?
        var currentValid: Bool
        var currentMissing: [String]
        var providers: [String: Provider]
    }

    var route: Route {
        Route(
            .get, "/admin/providers", "listProviders", .gateway,
            "Tells which providers of models are set up, and what is missing for the others.",
            answers: [.json(200, View.self, "The providers.")]
        ) { request in
            let parts = catalogue.usual?.split(separator: "/", maxSplits: 1).map { String($0) } ?? []
            let (provider, model) = (parts.first, parts.count > 1 ? parts[1] : nil)
            let found = catalogue.readiness
            let current = found.first { $0.name == provider }
            let providers = found.map { one in
                (
                    one.name,
                    View.Provider(
                        configured: one.isConfigured, missingConfig: one.missing,
                        defaultModel: one.name == provider ? model : nil)
                )
            }
            return try request.answer(
                View(
                    currentProvider: provider, currentModel: model, currentValid: current?.isConfigured ?? false,
                    currentMissing: current?.missing ?? [], providers: Dictionary(uniqueKeysWithValues: providers)))
        }
    }
}
