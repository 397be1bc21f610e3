import Testing

// Put together here, so that this file does not find itself.
private let paths = [
    ["/work", "/"], ["/root", "/"], ["/tmp/", "bash_jobs"], ["../", "shared"], ["/opt/", "swift"],
]
.map { $0.joined() }

/// Paths that exist on one machine only.
func machinePaths(in file: SourceFile) -> [Violation] {
    guard file.isText else { return [] }
    return file.lines.enumerated().flatMap { index, line in
        paths.filter { startsPath($0, in: line) }.map { Violation(file, line: index + 1, "names the path \($0)") }
    }
}

/// Whether the path occurs at the beginning of a path, not inside of a longer one.
private func startsPath(_ path: String, in line: String) -> Bool {
    guard line.utf8.contains(UInt8(ascii: "/")) else { return false }
    return line.ranges(of: path).contains { range in
        guard range.lowerBound > line.startIndex else { return true }
        let before = line[line.index(before: range.lowerBound)]
        return !(before.isLetter || before.isNumber || "_.-/~}".contains(before))
    }
}

struct MachinePathsTests {
    @Test func findsThemAtTheirBeginningOnly() {
        let text =
            "cd \(paths[0])main\nlet a = \"\(paths[1])x\"\nsee `\(paths[3])/x`\n.build\(paths[0])x\n~\(paths[1])y\n"
        #expect(machinePaths(in: SourceFile("a.md", text)).map(\.line) == [1, 2, 3])
    }
}
