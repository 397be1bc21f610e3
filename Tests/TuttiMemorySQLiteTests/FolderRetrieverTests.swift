import FoundationEssentials
import Glibc
import Testing
import TuttiAgents
import TuttiCore
import TuttiTesting

@testable import TuttiMemorySQLite

@Suite struct FolderRetrieverTests {
    private static let files = [
        "guide.md": "# Guide\n\nHow to begin.\n\n## Retention\n\nRuns are kept for ninety days and then removed.\n",
        "notes/prices.txt": "Ada decides on prices.\nBilling is monthly.\n",
        "code/retry.swift": "func retry() {}\n\nlet maxRetryCount = 5  // attempts\n",
        "de.md": "Die Aufbewahrung dauert neunzig Tage. Café.\n", "ja.md": "監査ログを保存する。\n",
    ]

    /// What is found in a folder of files.
    private func found(
        _ query: String, in files: [String: String] = files, limit: Int = 5
    ) async throws -> [Passage] {
        try await withFolder { folder in
            try write(files, in: folder)
            let retriever = try await FolderRetriever.open(folder)
            let passages = try await retriever.passages(for: query, limit: limit)
            await retriever.close()
            return passages
        }
    }

    @Test func findsPassagesWithFileAndLines() async throws {
        let passage = try #require(try await found("How long are runs kept?").first)
        #expect(passage.file == "guide.md")
        #expect(passage.firstLine...passage.lastLine ~= 7)
        #expect(passage.text.contains("ninety days"))
        #expect(passage.score > 0)
    }

    @Test(
        "finds stems, parts of names, accents and scripts without blanks",
        arguments: [
            ("deciding price", "notes/prices.txt"), ("RETRY count", "code/retry.swift"), ("cafe", "de.md"),
            ("監査", "ja.md"), ("retention", "guide.md"), ("notes", "notes/prices.txt"),
        ])
    func finds(query: String, file: String) async throws {
        #expect(try await found(query).first?.file == file)
    }

    @Test(
        "takes any characters for words or nothing",
        arguments: [
            "", " ", "\"", "'", "*", "a* OR b", "NEAR(a b)", "path:x", "{path}: a", "^a", "-a", "(((", "a AND", "NOT",
            "\u{0}", "a\u{0}b", "\u{1B}[31m", "🙂", "--; drop table words", "\\", "%_", "\u{202E}",
            String(repeating: "word ", count: 100_000), String(repeating: "x", count: 1_000_000),
            (0..<5000).map { "w\($0)" }.joined(separator: " "),
        ])
    func queries(query: String) async throws {
        let passages = try await found(query)
        #expect(passages.count <= 5)
    }

    @Test func ranksWhereAWordCountsMost() async throws {
        let filler = String(repeating: "other words of no matter. ", count: 30)
        let files = [
            "a.md": "# Storage\n\n" + filler, "b.md": "# Backup\n\n" + filler,
            "c.md": "# Else\n\n" + filler + "one backup", "d.md": filler,
        ]
        let passages = try await found("backup", in: files)
        #expect(passages.map(\.file) == ["b.md", "c.md"])
        #expect(passages.map(\.score) == passages.map(\.score).sorted(by: >))
    }

    @Test func tellsEqualPassagesByPathAndLine() async throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<20).map { ("f\($0).md", "the same words\n") })
        let passages = try await found("same", in: files, limit: 100)
        #expect(passages.map(\.file) == passages.map(\.file).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(passages.count == 20)
    }

    @Test(arguments: [0, -1, 101, Int.max, Int.min])
    func refusesLimits(limit: Int) async throws {
        let error = await #expect(throws: RetrievalError.self) { try await found("a", limit: limit) }
        #expect(error?.kind == .invalidLimit)
        #expect(error?.message.contains("1 to 100") == true)
    }

    @Test func refusesWhatIsNoFolder() async throws {
        try await withFolder { folder in
            try write(["file": "x"], in: folder)
            try link(folder + "/dangling", to: "nowhere")
            let cases = [
                (folder + "/none", "is not there"), (folder + "/file", "is not a folder"),
                (folder + "/file/under", "is not a folder"), ("", "needs a path"), ("a\u{0}", "needs a path"),
                (folder + "/dangling", "is not there"),
                (folder + "/" + String(repeating: "n", count: 300), "cannot be"),
            ]
            for (path, rule) in cases {
                let error = await #expect(throws: RetrievalError.self) { try await FolderRetriever.open(path) }
                #expect(error?.kind == .badFolder)
                #expect(error?.message.contains(rule) == true, "\(error?.message ?? "none")")
            }
        }
    }

    @Test func saysThatAFolderMayNotBeRead() {
        for number in [EACCES, EPERM] {
            let error = FolderWalk.badFolder("/a", number)
            #expect(
                error.message
                    == "the context folder /a may not be read; change its permissions, or choose another folder")
        }
    }

    @Test func canBeALinkAndEmpty() async throws {
        try await withFolder { folder in
            try write(["real/a.md": "words"], in: folder)
            try link(folder + "/link", to: "real")
            try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
            let linked = try await FolderRetriever.open(folder + "/link")
            #expect(linked.folder == folder + "/real")
            #expect(try await linked.passages(for: "words", limit: 1).map(\.file) == ["a.md"])
            let empty = try await FolderRetriever.open(folder + "/empty")
            #expect(empty.report.files == 0)
            #expect(try await empty.passages(for: "words", limit: 1).isEmpty)
        }
    }

    @Test func endsWhenItIsCancelledOrClosed() async throws {
        try await withFolder { folder in
            try write(Self.files, in: folder)
            let task = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return try await FolderRetriever.open(folder)
            }
            let cancelled = await #expect(throws: RetrievalError.self) { _ = try await task.value }
            #expect(cancelled?.kind == .cancelled)
            let retriever = try await FolderRetriever.open(folder)
            await retriever.close()
            let closed = await #expect(throws: RetrievalError.self) {
                try await retriever.passages(for: "a", limit: 1)
            }
            #expect(closed?.kind == .closed)
        }
    }
}
