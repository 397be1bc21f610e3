import Testing
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

@Suite struct HintSocketTests {
    private func executor() -> ExecutorID {
        var random = SystemRandomNumberGenerator()
        return ExecutorID(at: Timestamp(milliseconds: 1), using: &random)
    }

    @Test func hintsReachTheExecutorsOfOtherStores() async throws {
        try await withHome { home in
            let (one, other) = (executor(), executor())
            let first = try await SQLiteJournalStore.open(home)
            let second = try await SQLiteJournalStore.open(home)
            try await first.openExecutor(one, process: 1, at: Timestamp(milliseconds: 1))
            try await second.openExecutor(other, process: 2, at: Timestamp(milliseconds: 1))
            _ = first.hints(for: one)
            var hints = second.hints(for: other).makeAsyncIterator()
            first.sendHint()
            #expect(await hints.next() != nil)
            try await second.closeExecutor(other)
            #expect(await hints.next() == nil)
            first.sendHint()  // nobody listens any more, and nothing happens
            try await first.closeExecutor(one)
            await first.close()
            await second.close()
        }
    }

    @Test func aHomeWithAVeryLongPathHasNoHints() async throws {
        try await withHome { home in
            let path = home.path + "/" + String(repeating: "long", count: 30)
            let store = try await SQLiteJournalStore.open(HomeFolder(path: path))
            let id = executor()
            try await store.openExecutor(id, process: 1, at: Timestamp(milliseconds: 1))
            var hints = store.hints(for: id).makeAsyncIterator()
            #expect(await hints.next() == nil)
            try await store.closeExecutor(id)
            await store.close()
        }
    }
}
