import FoundationEssentials
import Glibc
import TestProcess
import Testing
import TuttiRuntime

@testable import TuttiWorkspaces

/// Snapshots as one file, read by the programs that people have.
struct ArchiveTests {
    private static func isThere(_ program: String) -> Bool {
        ["/usr/bin/", "/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + program) }
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> (text: String, isSuccess: Bool) {
        var process = Subprocess("/usr/bin/" + program, arguments)
        process.outputMax = 1 << 20
        let result = try await process.run()
        return (result.output.text + result.errors.text, result.end == .exited(0))
    }

    private func sample() async throws -> (world: WorkspaceWorld, id: SnapshotID) {
        let world = try await WorkspaceWorld()
        let long = (0..<9).map { "a-folder-with-a-long-name-\($0)" }.joined(separator: "/")
        try world.write("a.txt", "one")
        try world.write("empty", "")
        try world.write("ü/run", "#!/bin/sh\n", executable: true)
        try world.write(long + "/file", "deep")
        try world.write("large", String(repeating: "0123456789abcde\n", count: 100_000))
        try FileManager.default.createDirectory(atPath: world.path("nothing"), withIntermediateDirectories: true)
        _ = unsafe symlink("../a.txt", world.path("ü/link"))
        _ = unsafe symlink(long, world.path("long-link"))
        return (world, try await world.snapshot())
    }

    private func save(_ world: WorkspaceWorld, _ id: SnapshotID, _ format: ArchiveFormat) async throws -> String {
        let path = world.folder.path + "/archive"
        var bytes: [UInt8] = []
        for try await piece in world.store.archive(id, format) {
            #expect(!piece.isEmpty && piece.count <= 256 << 10)
            bytes += piece
        }
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// Unpacks into a workspace, whose snapshot then has the same name.
    private func unpacked(_ world: WorkspaceWorld, _ program: String, _ words: [String]) async throws -> SnapshotID {
        let other = try await world.store.makeWorkspace("unpacked")
        let result = try await run(program, words.map { $0 == "INTO" ? other.path : $0 })
        #expect(result.isSuccess, "\(result.text)")
        return try await world.snapshot(of: other)
    }

    @Test(.enabled(if: isThere("tar"), "there is no tar"), arguments: [ArchiveFormat.tar, .tarGzip])
    func tarUnpacksWhatWasThere(format: ArchiveFormat) async throws {
        let (world, id) = try await sample()
        let name: [UInt8] = Array((world.workspace.path + "/").utf8) + [0xFF, 0xFE, 0x0A, 0x5C]
        close(unsafe open(name.map { CChar(bitPattern: $0) } + [0], O_WRONLY | O_CREAT, 0o644))
        let hostile = try await world.snapshot()
        #expect(hostile != id)
        let path = try await save(world, hostile, format)
        let option = format == .tar ? "-xf" : "-xzf"
        #expect(try await unpacked(world, "tar", [option, path, "-C", "INTO"]) == hostile)
    }

    @Test(.enabled(if: isThere("unzip"), "there is no unzip")) func unzipUnpacksWhatWasThere() async throws {
        let (world, id) = try await sample()
        let path = try await save(world, id, .zip)
        #expect(try await run("unzip", ["-tq", path]).isSuccess)
        #expect(try await unpacked(world, "unzip", ["-q", path, "-d", "INTO"]) == id)
    }

    @Test(.enabled(if: isThere("python3"), "there is no Python"), arguments: ArchiveFormat.allCases)
    func pythonReadsIt(format: ArchiveFormat) async throws {
        let (world, id) = try await sample()
        let path = try await save(world, id, format)
        let script =
            format == .zip
            ? """
            import sys, zipfile
            z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
            print(len(z.namelist()), z.read('a.txt').decode(), len(z.read('large')), z.read('ü/link').decode())
            """
            : """
            import sys, tarfile
            t = tarfile.open(sys.argv[1])
            print(len(t.getnames()), t.extractfile('a.txt').read().decode(), t.getmember('large').size,
                t.getmember('ü/link').linkname)
            """
        let result = try await run("python3", ["-X", "utf8", "-c", script, path])
        #expect(result.text == "18 one 1600000 ../a.txt\n")
    }

    @Test(arguments: ArchiveFormat.allCases) func theSameSnapshotGivesTheSameBytes(format: ArchiveFormat) async throws {
        let (world, id) = try await sample()
        let first = try Data(contentsOf: URL(filePath: try await save(world, id, format)))
        for name in ["a.txt", "large"] { _ = unsafe utimensat(AT_FDCWD, world.path(name), nil, 0) }
        let again = try await save(world, try await world.snapshot(), format)
        #expect(try Data(contentsOf: URL(filePath: again)) == first)
    }

    /// More entries than the directory of a zip file can count without zip64; made of one object.
    @Test(.enabled(if: isThere("python3"), "there is no Python")) func manyFilesFitIntoAZip() async throws {
        let world = try await WorkspaceWorld()
        let core = try world.core()
        let batch = try ObjectBatch(core)
        let file = ObjectName(kind: .file, hash: RunningDigest.hash([65]))
        try batch.add(file, [65])
        var tree = Tree()
        for number in 100_000..<166_000 {
            let content = Tree.Content.file(file.hash, size: 1, isExecutable: false)
            tree.entries.append(Tree.Entry(name: EntryName(own: "n\(number)"), content: content))
        }
        let root = ObjectName(kind: .tree, hash: RunningDigest.hash(tree.bytes))
        try batch.add(root, tree.bytes)
        try batch.commit(SnapshotID(root: root.hash))
        let path = try await save(world, SnapshotID(root: root.hash), .zip)
        let script = """
            import sys, zipfile
            z = zipfile.ZipFile(sys.argv[1]); print(len(z.namelist()), z.read('n165999'))
            """
        #expect(try await run("python3", ["-c", script, path]).text == "66000 b'A'\n")
    }

    @Test func anArchiveOfNoSnapshotIsNone() async throws {
        let world = try await WorkspaceWorld()
        let none = try #require(SnapshotID(String(repeating: "0", count: 64)))
        await #expect { try await world.store.archive(none, .tar).next() } throws: {
            WorkspaceError.isReason(.notFound)($0)
        }
    }
}

extension WorkspaceWorld {
    func snapshot(of workspace: Workspace) async throws -> SnapshotID { try await store.snapshot(of: workspace).id }
}
