package import TuttiCore

extension CommandContext {
    /// Prints lines for people on standard output.
    func show(_ lines: [StyledLine], _ arguments: Arguments) throws(OutputError) {
        let style = style(for: output, arguments)
        try output.write(lines.map { $0.rendered(style) + "\n" }.joined())
    }

    /// Prints a table on standard output, as wide as the window.
    func show(_ table: TextTable, _ arguments: Arguments) throws(OutputError) {
        try show(table.lines(width: output.terminalSize?.columns), arguments)
    }

    /// Prints hints for people on standard error, apart from the data.
    func hint(_ lines: [StyledLine], _ arguments: Arguments) throws(OutputError) {
        let style = style(for: progress, arguments)
        try progress.write(lines.map { $0.rendered(style) + "\n" }.joined())
    }

    /// Prints one JSON document on standard output, members in the order of their names.
    package func show(json: JSONValue) throws {
        let isEmpty = json == [] || json == [:]  // the encoder would put an empty line inside
        let bytes = isEmpty ? try CanonicalJSON.encode(json) : try CanonicalJSON.encodePretty(json)
        try output.write(String(decoding: bytes, as: UTF8.self) + "\n")
    }
}
