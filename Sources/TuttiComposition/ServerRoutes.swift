import FoundationEssentials
import TuttiConfiguration
import TuttiModels
import TuttiProviders
import TuttiRouting
import TuttiTerminal
import TuttiYAML

/// The routes of a server, as its configuration names their file.
struct ServerRoutes: Sendable {
    let context: CommandContext
    let directory: ModelDirectory

    /// Bytes of a file of routes.
    private static let bytesMax = 1 << 20

    /// - Throws: ``InputError`` with every mistake of the file, each with its place.
    func planner(_ configuration: Configuration) throws(InputError) -> RoutePlanner {
        let prices = try context.prices(configuration)
        guard let path = configuration.value(of: ConfigurationKeys.modelsRoutes) else {
            return RoutePlanner(RouteTable(), prices: prices)
        }
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            throw InputError("models.routes: the file \(path) cannot be read; correct the path, or make the file")
        }
        guard bytes.count <= Self.bytesMax else {
            throw InputError("models.routes: \(path) has more than \(Self.bytesMax) bytes")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(FieldError) {
            return RoutePlanner(try RouteTable.read(text, providers: Set(directory.names)), prices: prices)
        } catch {
            throw InputError("models.routes: \(path):\n\(error)")
        }
    }
}
