import FoundationEssentials
import Glibc
import Synchronization
import TestProcess
import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiAccess

private let hexA = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
private let hexB = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

struct SecretKeyFileTests {
    private let home: TestFolder
    private var path: String { home.path + "/secrets.key" }

    init() throws { home = try TestFolder() }

    private func write(_ text: String, mode: mode_t = 0o600) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(unsafe chmod(path, mode) == 0)
    }

    private func failure(making: Bool = false) async -> SecretError? {
        await secretFailure { try SecretKeyRing.file(at: path, making: making) }
    }

    @Test func itIsMadeOnceAndReadFromThenOn() async throws {
        #expect(await failure()?.message.contains("there is no key file") == true)
        let made = try SecretKeyRing.file(at: path, making: true)
        var information = stat()
        #expect(unsafe lstat(path, &information) == 0 && information.st_mode == S_IFREG | 0o600)
        #expect(information.st_size == 65)
        #expect(try SecretKeyRing.file(at: path, making: true) == made)
        #expect(try SecretKeyRing.file(at: path, making: false) == made)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path) == ["secrets.key"])
    }

    @Test func newestFirstOneALine() throws {
        try write("# newest first\n\n  \(hexB)\n\(hexA)")
        #expect(try SecretKeyRing.file(at: path, making: false).ids.first == "630dcd29")
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o666, 0o601, 0o610] as [mode_t])
    func othersMayNotUseIt(mode: mode_t) async throws {
        try write(hexB + "\n", mode: mode)
        for making in [true, false] {
            let error = await failure(making: making)
            #expect(error?.reason == .badKeyFile && error?.message.contains("chmod 600 \(path)") == true)
        }
    }

    @Test("it belongs to who reads it", .enabled(if: geteuid() == 0, "only root can give a file away"))
    func theOwner() async throws {
        try write(hexB + "\n")
        #expect(unsafe chown(path, 65_534, 65_534) == 0)
        #expect(await failure(making: true)?.message.contains("belongs to another user") == true)
    }

    @Test func itIsARegularFile() async throws {
        let target = home.path + "/target"
        try Data((hexB + "\n").utf8).write(to: URL(filePath: target))
        #expect(unsafe chmod(target, 0o600) == 0 && symlink(target, path) == 0)
        #expect(await failure(making: true)?.message.contains("is a link") == true)
        _ = unsafe unlink(path)
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect(await failure(making: true)?.message.contains("regular file") == true)
        _ = unsafe unlink(path)
        #expect(unsafe mkdir(path, 0o700) == 0)
        #expect(await failure(making: true)?.message.contains("regular file") == true)
    }

    @Test(arguments: ["", "\n\n", "# nothing\n", "planted\n", hexB + "\nplanted", String(repeating: "#", count: 5000)])
    func somethingElseInItIsRefusedAndNotShown(text: String) async throws {
        try write(text)
        let error = try #require(await failure(making: true))
        #expect([.badKey, .badKeyFile].contains(error.reason) && error.message.contains(path))
        #expect(!error.message.contains("planted"))
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(text.utf8))
    }

    @Test func aFolderThatIsNotThereIsAnError() async {
        let path = home.path + "/missing/secrets.key"
        let error = await secretFailure { try SecretKeyRing.file(at: path, making: true) }
        #expect(error?.reason == .badKeyFile)
    }

    @Test func allWhoMakeItAtOnceHaveTheSameKey() async throws {
        let path = path
        let rings = try await withThrowingTaskGroup(of: SecretKeyRing.self) { group in
            for _ in 0..<8 {
                group.addTask { try SecretKeyRing.file(at: path, making: true) }
            }
            return try await group.reduce(into: Set<SecretKeyRing>()) { $0.insert($1) }
        }
        #expect(rings.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path) == ["secrets.key"])
    }

    @Test func theOtherOfTwoWhoMakeItWins() throws {
        let other = SecretKeyFile(path: path)
        let made = Mutex<SecretKeyRing?>(nil)
        let first = SecretKeyFile(path: path, random: .system) { step throws(SecretError) in
            guard step == .place else { return }
            let ring = try other.readOrMake()
            made.withLock { $0 = ring }
        }
        let ring = try first.readOrMake()
        #expect(made.withLock { $0 } == ring)
    }

    @Test func keysThatAreAddedAtOnceAreAllKept() async throws {
        let path = path
        let first = try SecretKeyRing.file(at: path, making: true)
        let added = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask { try SecretKeyFile(path: path).addKey().newestID }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        let ring = try SecretKeyRing.file(at: path, making: false)
        #expect(added.count == 8 && Set(ring.ids) == added.union([first.newestID]) && ring.ids.last == first.newestID)
    }

    @Test func oldKeysAreDroppedOnlyBehindTheOneThatWasRotatedTo() async throws {
        let file = SecretKeyFile(path: path)
        _ = try file.readOrMake()
        let second = try file.addKey()
        let third = try file.addKey()
        let error = await secretFailure { try file.dropOldKeys(newestID: second.newestID) }
        #expect(error?.reason == .conflict)
        #expect(try file.read() == third)
        #expect(try file.dropOldKeys(newestID: third.newestID).ids == [third.newestID])
        #expect(try file.read().ids == [third.newestID])
    }

    @Test(arguments: SecretKeyFile.Step.allCases)
    func aWritingThatIsCutOffLeavesTheOldKeysOrTheNew(step: SecretKeyFile.Step) async throws {
        let cut = SecretKeyFile(path: path, random: .system) { next throws(SecretError) in
            if next == step { throw SecretError(.unusable, "cut") }
        }
        #expect(await secretFailure { try cut.readOrMake() }?.message == "cut")
        let first = try SecretKeyRing.file(at: path, making: true)
        #expect(await secretFailure { try cut.addKey() }?.message == "cut")
        let present = try SecretKeyRing.file(at: path, making: false)
        #expect(present.ids.last == first.newestID && present.ids.count == (step == .syncFolder ? 2 : 1))
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path) == ["secrets.key"])
    }
}
