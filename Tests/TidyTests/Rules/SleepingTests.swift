import Testing

/// Tests wait for signals, never for time.
func sleepingTests(in file: SourceFile) -> [Violation] {
    let folder = file.path.split(separator: "/").dropFirst().first ?? ""
    guard file.isUnder("Tests"), folder.hasSuffix("Tests"), file.fileExtension == "swift" else { return [] }
    return file.code.enumerated().filter { sleeps($0.element) }.map { index, _ in
        Violation(file, line: index + 1, "sleeps; wait for what is to happen instead")
    }
}

private func sleeps(_ line: String) -> Bool {
    line.contains("Task.sleep")
        || line.ranges(of: "sleep(").contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return before != "." && !(before.isLetter && !isSystemSleep(line[..<range.lowerBound]))
        }
}

/// Whether the text ends like `usleep` or `nanosleep` without its last word.
private func isSystemSleep(_ text: Substring) -> Bool {
    let word = text.reversed().prefix { $0.isLetter || $0 == "_" }
    return ["u", "nano", "clock_nano"].contains(String(word.reversed()))
}

struct SleepingTestsTests {
    @Test func findsSleepsOfEveryKind() {
        let text = """
            try await Task.sleep(for: .seconds(1))
            usleep(100)
            sleep(1)
            try await ctx.sleep(.seconds(1))
            func neversleep() { asleep() }
            """
        #expect(sleepingTests(in: SourceFile("Tests/ATests/B.swift", text)).map(\.line) == [1, 2, 3])
        #expect(sleepingTests(in: SourceFile("Tests/KillLoop/B.swift", text)).isEmpty)
    }
}
