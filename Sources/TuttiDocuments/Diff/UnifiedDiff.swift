extension LineDiff {
    /// The text that `patch` and `git apply` take; empty when nothing differs.
    ///
    /// - Parameters:
    ///   - oldName: stands behind `---`; a line break or tab in it is left out, as it would end the name.
    ///   - newName: stands behind `+++`.
    package func unifiedText(oldName: String = "a", newName: String = "b") -> String {
        guard !isEmpty else { return "" }
        return "--- \(Self.name(oldName))\n+++ \(Self.name(newName))\n" + hunks.map(\.text).joined()
    }

    private static func name(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}

extension LineDiff.Hunk {
    /// The line `@@ -1,3 +1,4 @@`.
    package var heading: String { "@@ -\(Self.place(old)) +\(Self.place(new)) @@" }

    /// Counted from 1; a count of one is left out; nothing stands behind the line before it.
    private static func place(_ range: Range<Int>) -> String {
        switch range.count {
        case 0: "\(range.lowerBound),0"
        case 1: "\(range.lowerBound + 1)"
        default: "\(range.lowerBound + 1),\(range.count)"
        }
    }

    fileprivate var text: String {
        lines.reduce(into: heading + "\n") { text, line in
            text += line.kind.rawValue + line.text + "\n"
            if !line.hasLineFeed { text += "\\ No newline at end of file\n" }
        }
    }
}
