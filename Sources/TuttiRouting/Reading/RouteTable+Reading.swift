import TuttiYAML

extension RouteTable {
    /// Reads a file of routes; `docs/routing.md` shows one.
    ///
    /// - Parameters:
    ///   - yaml: the text of the file.
    ///   - providers: the names of providers that no alias may hide, besides those of the file's deployments.
    /// - Throws: ``RouteTableError`` with every problem, each with its place and the way out.
    package static func read(
        _ yaml: String, providers: Set<String> = []
    ) throws(RouteTableError) -> RouteTable {
        let tree: YAMLValue?
        do throws(YAMLError) {
            tree = try YAMLDocument.read(yaml)
        } catch {
            throw RouteTableError([
                RouteProblem(path: "", mark: error.mark, rule: .syntax, message: error.message)
            ])
        }
        guard let tree else {
            throw RouteTableError([
                RouteProblem(
                    path: "", mark: nil, rule: .missing,
                    message: "the file is empty; write deployments and routes, as docs/routing.md shows")
            ])
        }
        var reader = RouteTableReader(providers: providers)
        let table = reader.table(RouteNode(tree))
        guard reader.fields.problems.isEmpty, let table else { throw RouteTableError(reader.fields.problems) }
        return table
    }
}
