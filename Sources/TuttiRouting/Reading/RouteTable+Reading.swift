package import TuttiYAML

extension RouteTable {
    /// Reads a file of routes; `docs/routing.md` shows one.
    ///
    /// - Parameters:
    ///   - yaml: the text of the file.
    ///   - providers: the names of providers that no alias may hide, besides those of the file's deployments.
    /// - Throws: ``FieldError`` with every problem, each with its place and the way out.
    package static func read(_ yaml: String, providers: Set<String> = []) throws(FieldError) -> RouteTable {
        let root = try FieldNode.read(yaml, whichHas: "deployments and routes, as docs/routing.md shows")
        var reader = RouteTableReader(providers: providers)
        let table = reader.table(root)
        guard reader.fields.problems.isEmpty, let table else { throw FieldError(reader.fields.problems) }
        return table
    }
}
