import FoundationEssentials
package import TuttiConfiguration
package import TuttiProviders
package import TuttiRouting
import TuttiYAML

extension CommandContext {
    /// Bytes of a file of routes.
    private static let routesBytesMax = 1 << 20

    /// The deployments and routes of the file that the configuration names; none without it.
    ///
    /// - Throws: ``InputError`` with every mistake of the file, each with its place.
    package func routes(_ configuration: Configuration, of directory: ModelDirectory) throws(InputError) -> RouteTable {
        guard let path = configuration.value(of: ConfigurationKeys.modelsRoutes) else { return RouteTable() }
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            throw InputError("models.routes: the file \(path) cannot be read; correct the path, or make the file")
        }
        guard bytes.count <= Self.routesBytesMax else {
            throw InputError("models.routes: \(path) has more than \(Self.routesBytesMax) bytes")
        }
        do throws(FieldError) {
            return try RouteTable.read(String(decoding: bytes, as: UTF8.self), providers: Set(directory.names))
        } catch {
            throw InputError("models.routes: \(path):\n\(error)")
        }
    }
}
