import Testing

private let limit = 70

/// A ratchet: long functions that were there before the rule, with the length that they may not pass.
private let known: [String: Int] = [:]

/// Functions that do not fit on a screen.
func longFunctions(in file: SourceFile) -> [Violation] {
    Function.all(in: file).compactMap { function in
        let allowed = known["\(file.path) \(function.name)", default: limit]
        guard function.length > allowed else { return nil }
        return Violation(
            file, line: function.line, "\(function.name) has \(function.length) lines, allowed are \(allowed)")
    }
}

struct LongFunctionsTests {
    private func swift(lines: Int) -> SourceFile {
        let body = String(repeating: "        let text = \"} not the end\"\n", count: lines - 2)
        return SourceFile(
            "Sources/A.swift", "struct A {\n    func f(_ g: () -> Int = { 1 }) async {\n\(body)    }\n}\n")
    }

    @Test func seventyLinesAreEnough() {
        #expect(longFunctions(in: swift(lines: 70)).isEmpty)
        #expect(longFunctions(in: swift(lines: 71)).map(\.line) == [2])
    }

    @Test func measuresSwift() {
        let text = """
            protocol P {
                func requirement(_ a: Int) throws
                var value: Int { get }
                init()
            }
            final class C {
                public init(
                    a: Int
                ) {
                    self.a = a
                }
                deinit { close() }
                private static func one() -> Int { 1 }
            }
            """
        let expected = [
            Function(name: "init", line: 7, length: 5), Function(name: "deinit", line: 12, length: 1),
            Function(name: "one", line: 13, length: 1),
        ]
        #expect(Function.all(in: SourceFile("A.swift", text)) == expected)
    }

    @Test func measuresC() {
        let text = """
            static int table[] = {
                1,
            };
            static int first(int a,
                             int b) {
                if (a) {
                    return b;
                }
                return a;
            }
            void second(void) {
            }
            """
        let expected = [Function(name: "first", line: 4, length: 7), Function(name: "second", line: 11, length: 2)]
        #expect(Function.all(in: SourceFile("a.c", text)) == expected)
    }

    @Test func measuresShell() {
        let text = "#!/bin/sh\nsay() { echo; }\nlong() {\n    if a; then\n    fi\n}\n"
        #expect(Function.all(in: SourceFile("scripts/a", text)) == [Function(name: "long", line: 3, length: 4)])
    }
}
