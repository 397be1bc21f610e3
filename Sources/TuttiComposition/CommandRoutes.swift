import Synchronization
import TuttiAccess
import TuttiAgents
import TuttiConfiguration
import TuttiRouting
import TuttiRuntime
import TuttiServer
import TuttiTerminal

/// The routes of a configuration for commands that ask models beside any server.
enum CommandRoutes {
    /// Adds the routes that the configuration names, if it names any.
    ///
    /// - Throws: ``InputError`` with every mistake of the file, each with its place.
    static func add(
        to models: any ModelSource, _ configuration: Configuration, _ context: CommandContext
    ) throws(InputError) -> any ModelSource {
        guard configuration.value(of: ConfigurationKeys.modelsRoutes) != nil else { return models }
        let (directory, clock) = (context.models(configuration), SystemTimekeeper())
        let planner = try ServerRoutes(context: context, directory: directory).planner(configuration)
        let secrets = HomeSecrets(configuration, environment: context.environment)
        return RoutedModels(
            models, router: ModelRouter(planner, clock: clock),
            deployments: KeyedDeployments(
                models: models, directory: directory, secrets: secrets.open, observe: { model, _ in model }),
            clock: clock)
    }
}

/// The stored secrets of a home, opened when the first one is asked for: most commands need none.
private final class HomeSecrets: Sendable {
    private let configuration: Configuration
    private let environment: [String: String]
    private let opened = Mutex<HomeAccess?>(nil)

    init(_ configuration: Configuration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = environment
    }

    /// - Throws: as `HomeAccess.open`.
    @Sendable func open() throws -> any SecretStore {
        try opened.withLock { opened in
            if let opened { return opened.secrets }
            let access = try HomeAccess.open(
                configuration, environment: environment, clock: SystemTimekeeper(), threads: 1)
            opened = access
            return access.secrets
        }
    }
}
