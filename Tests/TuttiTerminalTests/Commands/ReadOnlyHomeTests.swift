import Testing

@testable import TuttiStoreSQLite

@Suite("Databases in folders that may only be read")
struct ReadOnlyHomeTests {
    @Test(arguments: [
        ("/a/b.db", "/a/b.db"), ("/a b/c?d#e.db", "/a%20b/c%3Fd%23e.db"), ("/50%/ä.db", "/50%25/%C3%A4.db"),
    ])
    func whatHasAMeaningInAURIIsEscaped(path: String, escaped: String) {
        #expect(ReadOnlyFolder.escape(path) == escaped)
    }

    @Test func aFolderThatMayBeWrittenNeedsNoURI() async throws {
        let desk = try Desk()
        _ = try await Oven.bake(180, in: desk)
        #expect(ReadOnlyFolder.uri(of: desk.homeFolder.databasePath) == nil)
        #expect(ReadOnlyFolder.uri(of: "/nowhere/tutti.db") == nil)
    }
}
