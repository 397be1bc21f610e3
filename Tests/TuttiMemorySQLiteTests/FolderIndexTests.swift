import FoundationEssentials
import Glibc
import Testing
import TuttiAgents
import TuttiCore
import TuttiMemorySQLite
import TuttiTesting

/// An index in a file: only what has changed is read again, and answers are those of a new index.
@Suite struct FolderIndexTests {
    private let clock = ManualClock(start: Timestamp(milliseconds: 4_000_000_000_000))  // after all files were written

    private func open(_ folder: String) async throws -> FolderRetriever {
        try await FolderRetriever.open(folder + "/texts", index: .file(folder + "/index.db"), clock: clock)
    }

    @Test func readsOnlyWhatHasChanged() async throws {
        try await withFolder { folder in
            let texts = folder + "/texts"
            try write(["a.md": "alpha words", "b.md": "beta words", "c.md": "gamma words"], in: texts)
            let first = try await open(folder)
            #expect(first.report.changed == 3)
            await first.close()
            let second = try await open(folder)
            #expect(second.report.changed == 0)
            #expect(second.report.files == 3)
            try write(["b.md": "delta words and more", "d.md": "new words"], in: texts)
            try FileManager.default.removeItem(atPath: texts + "/c.md")
            let report = try await second.refresh()
            #expect(report.changed == 2)
            #expect(report.removed == 1)
            #expect(report.files == 3)
            #expect(try await second.passages(for: "beta gamma", limit: 9).isEmpty)
            let fresh = try await FolderRetriever.open(texts)
            for query in ["words", "delta", "new words", "alpha more"] {
                let expected = try await fresh.passages(for: query, limit: 9)
                #expect(try await second.passages(for: query, limit: 9) == expected)
                #expect(!expected.isEmpty)
            }
            await second.close()
        }
    }

    @Test func noticesAChangeThatKeepsSizeAndTime() async throws {
        try await withFolder { folder in
            let file = folder + "/texts/a.md"
            try write(["a.md": "alpha"], in: folder + "/texts")
            // Indexed in the moment in which it was written: it may change again and look the same.
            let young = ManualClock(start: SystemTime.now)
            let place = FolderRetriever.IndexPlace.file(folder + "/index.db")
            let retriever = try await FolderRetriever.open(folder + "/texts", index: place, clock: young)
            var before = stat()
            #expect(unsafe stat(file, &before) == 0)
            try write(["a.md": "omega"], in: folder + "/texts")
            let times = [before.st_atim, before.st_mtim]
            #expect(unsafe utimensat(AT_FDCWD, file, times, 0) == 0)
            #expect(try await retriever.refresh().changed == 1)
            #expect(try await retriever.passages(for: "omega", limit: 1).count == 1)
            await retriever.close()
        }
    }

    @Test func readsNothingAgainThatOnlyLooksNewer() async throws {
        try await withFolder { folder in
            try write(["a.md": "alpha"], in: folder + "/texts")
            let retriever = try await open(folder)
            #expect(unsafe utimensat(AT_FDCWD, folder + "/texts/a.md", nil, 0) == 0)
            #expect(try await retriever.refresh().changed == 0)
            await retriever.close()
        }
    }

    @Test func forgetsAFileThatIsNoTextAnyMore() async throws {
        try await withFolder { folder in
            try write(["a.md": "alpha", "b.md": "alpha"], in: folder + "/texts")
            let retriever = try await open(folder)
            try write(["a.md": "alpha\u{0}"], in: folder + "/texts")
            let report = try await retriever.refresh()
            #expect(report.removed == 1)
            #expect(report.skipped.map(\.reason) == [.binary])
            #expect(try await retriever.passages(for: "alpha", limit: 9).map(\.file) == ["b.md"])
            await retriever.close()
        }
    }

    @Test func keepsIndicesOfFoldersApart() async throws {
        try await withFolder { folder in
            try write(["texts/a.md": "alpha", "others/b.md": "beta"], in: folder)
            await (try await open(folder)).close()
            let place = FolderRetriever.IndexPlace.file(folder + "/index.db")
            let error = await #expect(throws: RetrievalError.self) {
                try await FolderRetriever.open(folder + "/others", index: place)
            }
            #expect(error?.kind == .badIndex)
            #expect(error?.message.contains("is the index of \(folder)/texts, not of \(folder)/others") == true)
            for name in ["texts", "others"] {
                let home = FolderRetriever.IndexPlace.home(folder + "/home")
                await (try await FolderRetriever.open(folder + "/" + name, index: home)).close()
            }
            let indices = try FileManager.default.contentsOfDirectory(atPath: folder + "/home/context")
            #expect(indices.count { $0.hasSuffix(".db") } == 2)
        }
    }

    @Test func leavesForeignFilesAlone() async throws {
        try await withFolder { folder in
            try write(["texts/a.md": "alpha", "text.db": String(repeating: "none\n", count: 200)], in: folder)
            try sql(folder + "/other.db", "create table t(a)")
            for name in ["/text.db", "/other.db"] {
                let before = contents(folder + name)
                let error = await #expect(throws: RetrievalError.self) {
                    try await FolderRetriever.open(folder + "/texts", index: .file(folder + name))
                }
                #expect(error?.kind == .badIndex)
                #expect(contents(folder + name) == before)
            }
            let none = await #expect(throws: RetrievalError.self) {
                try await FolderRetriever.open(folder + "/texts", index: .file(folder + "/none/index.db"))
            }
            #expect(none?.kind == .indexFailure)
            #expect(none?.message.contains("keep the index in memory") == true)
        }
    }

    @Test func sharesAnIndexWithAnother() async throws {
        try await withFolder { folder in
            let files = Dictionary(uniqueKeysWithValues: (0..<50).map { ("f\($0).md", "words of \($0)") })
            try write(files, in: folder + "/texts")
            async let one = open(folder)
            async let two = open(folder)
            for retriever in [try await one, try await two] {
                #expect(try await retriever.passages(for: "words", limit: 100).count == 50)
                await retriever.close()
            }
        }
    }
}

/// The machine's time, for files that are written now.
private enum SystemTime {
    static var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000)
    }
}
