import FoundationEssentials
import Glibc
import Testing
import TuttiCore
import TuttiSandbox

@testable import TuttiTools

/// Files that are read and written from outside of the sandbox, whatever a program has put there.
struct FileToolsTests {
    @Test func aFileIsWrittenReadAndEdited() async throws {
        try await ToolWorld.with { world in
            let made = try await world.use(WriteFileTool(), ["path": "src/a.txt", "content": "one\ntwo\nthree\n"])
            #expect(!made.isError && made.data?["made"] == true)
            #expect(world.text(of: "src/a.txt") == "one\ntwo\nthree\n")
            let read = try await world.use(ReadFileTool(), ["path": "src/a.txt"])
            #expect(read.text == "1\tone\n2\ttwo\n3\tthree\n")
            let part = try await world.use(
                ReadFileTool(),
                ["path": .string(SandboxCommand.workspacePath + "/src/a.txt"), "first_line": 2, "lines": 1])
            #expect(part.text == "2\ttwo\n(lines 2 to 2 of 3)\n")
            let edited = try await world.use(
                EditFileTool(), ["path": "./src/a.txt", "old": "two\n", "new": "2\n"])
            #expect(!edited.isError && world.text(of: "src/a.txt") == "one\n2\nthree\n")
            let again = try await world.use(WriteFileTool(), ["path": "src/a.txt", "content": ""])
            #expect(again.data?["made"] == false && world.text(of: "src/a.txt") == "")
            #expect(try await world.use(ReadFileTool(), ["path": "src/a.txt"]).text == "'src/a.txt' is empty.")
            #expect(try FileManager.default.contentsOfDirectory(atPath: world.path("src")) == ["a.txt"])
        }
    }

    @Test func anEditHasToBeMeantOnce() async throws {
        try await ToolWorld.with { world in
            try world.put("a b a", at: "f")
            for (old, all, problem) in [("c", false, "does not hold"), ("a", false, "2 times"), ("", false, "empty")] {
                let arguments: JSONValue = ["path": "f", "old": .string(old), "new": "x", "all": .bool(all)]
                let output = try await world.use(EditFileTool(), arguments)
                #expect(output.isError && output.text.contains(problem))
                #expect(world.text(of: "f") == "a b a")
            }
            let both = try await world.use(EditFileTool(), ["path": "f", "old": "a", "new": "x", "all": true])
            #expect(both.data?["places"] == 2 && world.text(of: "f") == "x b x")
        }
    }

    @Test func noPathLeadsOut() async throws {
        let outside = try TemporaryFolder()
        defer { outside.remove() }
        try Data("secret".utf8).write(to: URL(filePath: outside.path + "/file"))
        try await ToolWorld.with { world in
            #expect(unsafe symlink(outside.path, world.path("out")) == 0)
            #expect(unsafe symlink(outside.path + "/file", world.path("link")) == 0)
            #expect(unsafe mkfifo(world.path("pipe"), 0o644) == 0)
            let paths = [
                "../file", "a/../../file", outside.path + "/file", "/etc/passwd",
                SandboxCommand.workspacePath + "bench/a", "link", "out/file",
                "out", "pipe", ".", SandboxCommand.workspacePath, "", "a\0b", String(repeating: "a/", count: 40),
                String(repeating: "a", count: 2_000), String(repeating: "b", count: 300),
            ]
            for path in paths {
                let read = try await world.use(ReadFileTool(), ["path": .string(path)])
                #expect(read.isError && !read.text.contains("secret"), "\(path)")
                let written = try await world.use(WriteFileTool(), ["path": .string(path), "content": "bad"])
                #expect(written.isError, "\(path)")
                let edited = try await world.use(
                    EditFileTool(), ["path": .string(path), "old": "secret", "new": "bad"])
                #expect(edited.isError, "\(path)")
            }
            for path in ["../", "out", "/etc", "link"] {
                #expect(try await world.use(ListFilesTool(), ["path": .string(path)]).isError)
            }
            #expect(try String(contentsOfFile: outside.path + "/file", encoding: .utf8) == "secret")
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == ["file"])
        }
    }

    @Test func aFolderThatTurnsIntoALinkIsNotFollowed() async throws {
        let outside = try TemporaryFolder()
        defer { outside.remove() }
        try await ToolWorld.with { world in
            try FileManager.default.createDirectory(atPath: world.path("a"), withIntermediateDirectories: false)
            #expect(unsafe symlink(outside.path, world.path("b")) == 0)
            let isOver = Flag()
            let (a, b, c) = (world.path("a"), world.path("b"), world.path("c"))
            let swapper = Thread.started {
                while !isOver.isSet {
                    _ = unsafe rename(a, c)
                    _ = unsafe rename(b, a)
                    _ = unsafe rename(a, b)
                    _ = unsafe rename(c, a)
                }
            }
            var written = 0
            for _ in 0..<300 {
                let output = try await world.use(WriteFileTool(), ["path": "a/f", "content": "x"])
                if !output.isError { written += 1 }
            }
            isOver.set()
            swapper.join()
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path).isEmpty)
        }
    }

    @Test func sizesAreBounded() async throws {
        try await ToolWorld.with { world in
            let big = String(repeating: "x", count: ToolLimits.fileSizeMax + 1)
            let output = try await world.use(WriteFileTool(), ["path": "big", "content": .string(big)])
            #expect(output.isError && !world.isThere("big"))
            #expect(unsafe truncate(world.path("none"), 0) != 0)
            try world.put("", at: "hole")
            #expect(unsafe truncate(world.path("hole"), 1 << 40) == 0)
            #expect(try await world.use(ReadFileTool(), ["path": "hole"]).text.contains("the limit is"))
            try world.put(String(repeating: "line\n", count: 100_000), at: "long")
            let part = try await world.use(ReadFileTool(), ["path": "long", "lines": 5_000])
            #expect(part.text.utf8.count <= ToolLimits.textMax + 100 && part.text.contains("of 100000)"))
            try world.put(String(repeating: "y", count: 100_000), at: "wide")
            #expect(try await world.use(ReadFileTool(), ["path": "wide"]).isError)
            try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: world.path("binary")))
            #expect(try await world.use(ReadFileTool(), ["path": "binary"]).text.contains("no text"))
        }
    }

    @Test func listsAreInOrderAndFollowNothing() async throws {
        try await ToolWorld.with { world in
            for name in ["src/deep/b.py", "src/a.py", "z.txt", "node_modules/x/y.js"] {
                _ = try await world.use(WriteFileTool(), ["path": .string(name), "content": "123"])
            }
            #expect(unsafe symlink("/etc", world.path("link")) == 0)
            let all = try await world.use(ListFilesTool(), [:])
            #expect(
                all.text == "link\t(a link)\nnode_modules/\nsrc/\nsrc/a.py\t3\nsrc/deep/\nsrc/deep/b.py\t3\nz.txt\t3\n")
            let python = try await world.use(ListFilesTool(), ["pattern": "*.py"])
            #expect(python.text == "src/a.py\t3\nsrc/deep/b.py\t3\n")
            let some = try await world.use(ListFilesTool(), ["path": "src", "pattern": "src/*/*.py"])
            #expect(some.text == "src/deep/b.py\t3\n")
            #expect(try await world.use(ListFilesTool(), ["pattern": "*.rs"]).text == "nothing fits the pattern.")
        }
    }

    @Test func patternsFitAsShellsHaveIt() {
        let cases: [(String, String, Bool)] = [
            ("*.py", "a.py", true), ("*.py", "src/a.py", true), ("*.py", "a.pyc", false), ("a?c", "abc", true),
            ("a?c", "ac", false), ("src/*.py", "src/a.py", true), ("src/*.py", "src/x/a.py", false),
            ("src/**/*.py", "src/a.py", true), ("src/**/*.py", "src/x/y/a.py", true), ("**/a", "a", true),
            ("**", "a/b", true), ("*a*b*", "xaxbx", true), ("*a*b*", "xbxa", false), ("", "a", false),
        ]
        for (pattern, path, fits) in cases { #expect(GlobPattern(pattern).fits(path) == fits, "\(pattern) \(path)") }
        // One that makes careless matchers try for ever.
        let stars = String(repeating: "*a", count: 40) + "b"
        #expect(!GlobPattern(stars).fits(String(repeating: "a", count: 900)))
        let folders = Array(repeating: "**", count: 30).joined(separator: "/") + "/x"
        #expect(!GlobPattern(folders).fits(Array(repeating: "a", count: 400).joined(separator: "/")))
    }
}
