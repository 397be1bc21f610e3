import Testing

/// Files of the dashboard that are no part of the program, and lines of the table whose files are gone.
func forgottenWebFiles(in file: SourceFile, tree: Tree) -> [Violation] {
    guard file.path == "Sources/CTuttiWeb/web_files.c" else { return [] }
    let head = "#embed \"../../web/"
    let embedded = Set(
        file.lines.filter { $0.hasPrefix(head) }.map { String($0.dropFirst(head.count).prefix { $0 != "\"" }) })
    let there = Set(
        tree.files.map(\.path).filter { $0.hasPrefix("web/") && $0 != "web/tsconfig.json" }
            .map { String($0.dropFirst("web/".count)) })
    return embedded.symmetricDifference(there).sorted().map { path in
        Violation(
            file, line: 1, "\(there.contains(path) ? "lacks" : "names") web/\(path); call scripts/embed-web")
    }
}

struct ForgottenWebFilesTests {
    private let table = SourceFile("Sources/CTuttiWeb/web_files.c", "#embed \"../../web/js/main.js\"\n")

    private func found(_ paths: [String]) -> [Violation] {
        forgottenWebFiles(in: table, tree: Tree(files: paths.map { SourceFile($0, "") }))
    }

    @Test func comparesTheTableWithTheFolder() {
        #expect(found(["web/js/main.js", "web/tsconfig.json", "README.md"]).isEmpty)
        #expect(
            found(["web/js/main.js", "web/css/new.css"]).map(\.message) == [
                "lacks web/css/new.css; call scripts/embed-web"
            ])
        #expect(found([]).map(\.message) == ["names web/js/main.js; call scripts/embed-web"])
    }
}
