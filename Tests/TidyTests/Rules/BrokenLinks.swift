import Testing

/// Links in our own documentation to files that are not there. Documents to be reviewed may have such links.
func brokenLinks(in file: SourceFile, tree: Tree) -> [Violation] {
    guard file.fileExtension == "md", !file.isUnder("Tests", "Examples") else { return [] }
    let paths = Set(tree.files.map(\.path))
    var isFenced = false
    return file.lines.enumerated().flatMap { index, line -> [Violation] in
        if line.drop(while: { $0 == " " }).hasPrefix("```") { isFenced.toggle() }
        guard !isFenced else { return [] }
        return linkTargets(in: line).compactMap { target in
            let path = resolve(target, from: file.path)
            let isThere = paths.contains(path) || paths.contains { $0.hasPrefix(path + "/") }
            return isThere ? nil : Violation(file, line: index + 1, "links to \(target), which is not there")
        }
    }
}

/// The files that `[…](target)` names, without anchors; addresses of the web are not files.
private func linkTargets(in line: String) -> [String] {
    line.components(between: "](", and: ")").compactMap { target in
        let path = target.prefix { $0 != "#" && $0 != " " }
        return path.isEmpty || path.contains(":") ? nil : String(path)
    }
}

private func resolve(_ target: String, from path: String) -> String {
    var parts = path.split(separator: "/").dropLast()
    for part in target.split(separator: "/") where part != "." {
        guard part == ".." else {
            parts.append(part)
            continue
        }
        if parts.popLast() == nil { return "" }  // above the root of the repository
    }
    return parts.joined(separator: "/")
}

extension String {
    fileprivate func components(between opening: String, and closing: Character) -> [Substring] {
        ranges(of: opening).map { range in self[range.upperBound...].prefix { $0 != closing } }
    }
}

struct BrokenLinksTests {
    @Test func followsLinksFromTheFolderOfTheFile() {
        let text = """
            See [a](../README.md#top), [b](decisions/) and [c](missing.md).
            The [web](https://example.org/missing.md) and [here](#there).
            ```
            [d](also-missing.md)
            ```
            [e](../../README.md)
            """
        let file = SourceFile("docs/a.md", text)
        let tree = Tree(files: [file, SourceFile("README.md", ""), SourceFile("docs/decisions/1.md", "")])
        #expect(brokenLinks(in: file, tree: tree).map(\.line) == [1, 6])
    }
}
