/// The place of a file or folder in a workspace.
package struct EntryPath: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var names: [EntryName]

    /// The workspace itself.
    package static let root = EntryPath([])

    package init(_ names: [EntryName]) { self.names = names }

    /// Reads what ``description`` shows: names with `/` between them. An empty text is the workspace itself.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_input` for a path that begins or ends with `/` or holds `.`, `..` or an
    ///   empty name.
    package init(_ text: String) throws(WorkspaceError) {
        names = []
        guard !text.isEmpty else { return }
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard let name = EntryName(bytes: ShownName.bytes(of: String(part))) else {
                throw WorkspaceError(
                    .input,
                    "'\(ShownName.text(of: Array(text.utf8.prefix(200))))' is no path in a workspace; give names with "
                        + "'/' between them, none of which is empty, '.' or '..'")
            }
            names.append(name)
        }
    }

    /// For people, and for addresses: see ``ShownName``.
    package var description: String { names.map(\.description).joined(separator: "/") }

    package static func < (one: EntryPath, other: EntryPath) -> Bool {
        one.names.lexicographicallyPrecedes(other.names)
    }

    static func + (path: EntryPath, name: EntryName) -> EntryPath { EntryPath(path.names + [name]) }

    /// The bytes of all names with `/` between them.
    var bytes: [UInt8] { Array(names.map(\.bytes).joined(separator: [UInt8(ascii: "/")])) }
}
