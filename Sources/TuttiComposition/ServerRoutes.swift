import TuttiConfiguration
import TuttiModels
import TuttiProviders
import TuttiRouting
import TuttiTerminal

/// The routes of a server, as its configuration names their file.
struct ServerRoutes: Sendable {
    let context: CommandContext
    let directory: ModelDirectory

    /// - Throws: ``InputError`` with every mistake of the file, each with its place.
    func planner(_ configuration: Configuration) throws(InputError) -> RoutePlanner {
        RoutePlanner(
            try context.routes(configuration, of: directory), prices: try context.prices(configuration))
    }
}
