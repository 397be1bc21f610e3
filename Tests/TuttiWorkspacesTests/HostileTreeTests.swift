import FoundationEssentials
import Glibc
import Synchronization
import TestProcess
import Testing
import TuttiRuntime

@testable import TuttiWorkspaces

/// Folders that a program has made to do harm.
struct HostileTreeTests {
    @Test func linksAreNotFollowedAndSpecialFilesAreNotOpened() async throws {
        let world = try await WorkspaceWorld()
        _ = unsafe symlink("/etc", world.path("out"))
        _ = unsafe symlink("loop", world.path("loop"))
        _ = unsafe symlink("/etc/passwd", world.path("file"))
        _ = unsafe mkfifo(world.path("pipe"), 0o644)
        let snapshot = try await world.store.snapshot(of: world.workspace)
        #expect(
            try await world.contents(snapshot.id) == ["out": "-> /etc", "loop": "-> loop", "file": "-> /etc/passwd"])
        #expect(snapshot.skipped.map(\.path.description) == ["pipe"])
        #expect(snapshot.skipped.map(\.reason) == [.special])
        await #expect { try await world.store.read(snapshot.id, try EntryPath("out/passwd")) } throws: {
            WorkspaceError.isReason(.notFound)($0)
        }
    }

    @Test func namesAreBytes() async throws {
        let world = try await WorkspaceWorld()
        let names: [[UInt8]] = [
            Array("a\nb".utf8), [0xFF, 0xFE], Array("c\\d".utf8), Array("e%41".utf8), Array("ü".utf8), [0x80],
            Array("100%".utf8), Array("-rf".utf8), Array("\u{202E}x".utf8),
        ]
        for name in names {
            let path = (Array(world.path("").utf8) + name).map { CChar(bitPattern: $0) } + [0]
            close(unsafe open(path, O_WRONLY | O_CREAT, 0o644))
        }
        let id = try await world.snapshot()
        let entries = try await world.store.list(id)
        #expect(Set(entries.compactMap { $0.path.names.first?.bytes }) == Set(names))
        for entry in entries { #expect(try EntryPath(entry.path.description) == entry.path) }
        #expect(Set(entries.map(\.path.description)).count == names.count)
        #expect(entries.contains { $0.path.description == "a%0Ab" })
        #expect(entries.contains { $0.path.description == "%FF%FE" })
        #expect(entries.contains { $0.path.description == "e%2541" })
        let fork = try await world.store.makeWorkspace("fork")
        try await world.store.restore(id, into: fork)
        #expect(try await world.store.snapshot(of: fork).id == id)
    }

    @Test(arguments: ["/a", "a/", "a//b", "..", "a/../b", ".", "a%2Fb", "a%00b", "%2E%2E"])
    func pathsThatLeadOutAreNone(text: String) {
        #expect(throws: WorkspaceError.self) { try EntryPath(text) }
    }

    @Test func treesWithImpossibleNamesAreNone() throws {
        let good = Tree(entries: [
            Tree.Entry(name: EntryName(own: "aa"), content: .link(target: [1])),
            Tree.Entry(name: EntryName(own: "bb"), content: .folder(RunningDigest.hash([]))),
        ])
        #expect(try Tree(bytes: good.bytes) == good)
        let text = good.bytes
        let place = try #require(text.firstIndex(of: UInt8(ascii: "l"), after: 13))
        for name in ["..", "a/", "cc", "a\0"] {
            var bytes = text
            bytes.replaceSubrange((place + 3)..<(place + 5), with: Array(name.utf8))
            #expect(throws: ByteFields.Malformed.self) { try Tree(bytes: bytes) }
        }
        for count in 0..<text.count where count != 13 && count != place + 8 {
            #expect(throws: ByteFields.Malformed.self) { try Tree(bytes: Array(text.prefix(count))) }
        }
    }

    @Test func deepNestingIsRefusedAndRemoved() async throws {
        let world = try await WorkspaceWorld()
        try world.write("kept", "1")
        let id = try await world.snapshot()
        // From folder to folder: the path of the last one would be too long.
        var folder = unsafe open(world.workspace.path, O_RDONLY | O_DIRECTORY)
        for _ in 0..<5000 {
            _ = unsafe mkdirat(folder, "d", 0o700)
            let inner = unsafe openat(folder, "d", O_RDONLY | O_DIRECTORY)
            close(folder)
            folder = inner
        }
        close(folder)
        await #expect { try await world.snapshot() } throws: { WorkspaceError.isReason(.limit)($0) }
        try await world.store.restore(id, into: world.workspace)
        #expect(try await world.snapshot() == id)
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.workspace.path) == ["kept"])
    }

    /// A folder that is swapped for a link to a secret, and a file that is, as quickly as a thread can, while
    /// snapshots are made and restored.
    @Test func whatIsSwappedWhileItIsWalkedIsNeverFollowed() async throws {
        let world = try await WorkspaceWorld()
        let secret = world.folder.path + "/secret"
        try FileManager.default.createDirectory(atPath: secret, withIntermediateDirectories: true)
        try Data("GEHEIM".utf8).write(to: URL(filePath: secret + "/name"))
        for number in 0..<50 { try world.write("a\(number)/name", "public") }
        let first = try await world.snapshot()
        let swapper = Swapper(world: world, secret: secret)
        swapper.start()
        var seen: [SnapshotID] = []
        for round in 0..<60 {
            if let id = try? await world.snapshot() { seen.append(id) }
            if round % 3 == 2 { _ = try? await world.store.restore(first, into: world.workspace) }
        }
        await swapper.stop()
        #expect(seen.count > 10)
        for id in Set(seen) {
            let texts = try await world.contents(id).values
            #expect(!texts.contains { $0.contains("GEHEIM") })
        }
        #expect(try String(contentsOfFile: secret + "/name", encoding: .utf8) == "GEHEIM")
        #expect(try FileManager.default.contentsOfDirectory(atPath: secret) == ["name"])
        try await world.store.restore(first, into: world.workspace)
        #expect(try await world.snapshot() == first)
    }

    @Test func rightsThatKeepOutAreTakenBack() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a/b", "1")
        let id = try await world.snapshot()
        try world.write("a/c/d", "2")
        _ = unsafe chmod(world.path("a/c"), 0)
        _ = unsafe chmod(world.path("a"), 0o500)
        _ = unsafe chmod(world.workspace.path, 0o500)
        try await world.store.restore(id, into: world.workspace)
        #expect(try await world.snapshot() == id)
        var status = stat()
        _ = unsafe stat(world.path("a"), &status)
        #expect(status.st_mode & 0o7777 == 0o755)
    }

    @Test func rightsOfOwnersAreDropped() async throws {
        let world = try await WorkspaceWorld()
        try world.write("run", "1", executable: true)
        _ = unsafe chmod(world.path("run"), 0o4755)
        let id = try await world.snapshot()
        try await world.store.restore(id, into: world.workspace)
        var status = stat()
        _ = unsafe stat(world.path("run"), &status)
        #expect(status.st_mode & 0o7777 == 0o755)
    }
}

/// Swaps a folder and a file for links, over and over, on a thread of its own.
private final class Swapper: Sendable {
    private let world: WorkspaceWorld
    private let secret: String
    private let isStopped = Atomic(false)
    private let ended: AsyncStream<Void>
    private let end: AsyncStream<Void>.Continuation

    init(world: WorkspaceWorld, secret: String) {
        self.world = world
        self.secret = secret
        (ended, end) = AsyncStream.makeStream()
    }

    func start() {
        PosixThread.start(name: "swapper") {
            while !self.isStopped.load(ordering: .relaxed) {
                for number in 0..<50 { self.swap(self.world.path("a\(number)")) }
            }
            self.end.finish()
        }
    }

    private func swap(_ path: String) {
        _ = unsafe rename(path, path + ".aside")
        _ = unsafe symlink(secret, path)
        _ = unsafe unlink(path)
        _ = unsafe rename(path + ".aside", path)
        _ = unsafe unlink(path + "/name")
        _ = unsafe symlink(secret + "/name", path + "/name")
        _ = unsafe unlink(path + "/name")
        let file = unsafe open(path + "/name", O_WRONLY | O_CREAT | O_NOFOLLOW, 0o644)
        _ = unsafe write(file, "public", 6)
        close(file)
    }

    func stop() async {
        isStopped.store(true, ordering: .relaxed)
        for await _ in ended {}
    }
}

extension [UInt8] {
    fileprivate func firstIndex(of byte: UInt8, after start: Int) -> Int? { self[start...].firstIndex(of: byte) }
}
