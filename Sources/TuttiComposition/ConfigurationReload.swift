import Tutti
import TuttiConfiguration
import TuttiObservability
import TuttiProviders
import TuttiRouting
import TuttiServer
import TuttiTerminal

/// Takes up what may change while a server serves: the level of the log, the origins that may use the API, and the
/// prices and routes of models. All else is read at the start.
struct ConfigurationReload: Sendable {
    let context: CommandContext
    let arguments: Arguments
    let directory: ModelDirectory
    let models: ChangeableModels
    let routes: ServerRoutes
    let router: ModelRouter
    let log: Log
    let origins: AllowedOrigins

    /// Reads the configuration again. One that cannot be read changes nothing, which the log tells.
    func perform() {
        do {
            let configuration = try context.configuration(for: arguments)
            let prices = try context.prices(configuration)
            router.update(try routes.planner(configuration))
            models.change(to: PricedModels(directory, prices: prices))
            origins.change(to: Set(configuration.value(of: ConfigurationKeys.serverOrigins) ?? []))
            let level = configuration[ConfigurationKeys.logLevel]
            log.change(to: Log.Level(level.rawValue) ?? .notice)
            log.notice("The configuration was read again", ["log.level": .string(level.rawValue)])
        } catch {
            log.error("The configuration was not taken up", ["error.message": .string("\(error)")])
        }
    }
}
