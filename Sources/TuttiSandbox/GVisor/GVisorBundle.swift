import FoundationEssentials
import Glibc
import TuttiCore

/// The folder from which `runsc` makes one container, as the OCI Runtime Specification 1.0 has it, with what `runsc`
/// itself keeps of it. Everything of one run is in it, so that removing it leaves nothing.
struct GVisorBundle {
    let folder: TemporaryFolder

    /// Where `runsc` says what went wrong, out of a program's reach.
    var log: String { folder.path + "/log" }
    /// What `runsc` is called with for it.
    var words: [String] {
        [
            "--root=\(folder.path)/state", "--log=\(log)", "--log-format=json", "run", "--bundle=\(folder.path)",
            URL(filePath: folder.path).lastPathComponent,
        ]
    }

    /// Writes what a command needs.
    ///
    /// - Throws: ``SandboxError`` `sandbox_failed` when there is no room for it.
    init(for command: SandboxCommand, links: [(name: String, target: String)], identity: SandboxIdentity) throws {
        folder = try TemporaryFolder(for: identity)
        do {
            try write(command, links)
        } catch {
            folder.remove()
            throw SandboxError(.failed, "the files of a sandbox could not be written to \(folder.path): \(error)")
        }
    }

    private func write(_ command: SandboxCommand, _ links: [(name: String, target: String)]) throws {
        let root = folder.path + "/root"
        let mounts = GVisorConfiguration.mounts(for: command)
        for folder in ["", "/dev", "/dev/shm"] + mounts.map(\.place) where !isFile(folder, in: mounts) {
            try FileManager.default.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
        }
        for mount in mounts where isFile(mount.place, in: mounts) {
            let parent = URL(filePath: root + mount.place).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: root + mount.place))
        }
        for link in links {
            try FileManager.default.createSymbolicLink(
                atPath: "\(root)/\(link.name)", withDestinationPath: link.target)
        }
        let text = try CanonicalJSON.encode(GVisorConfiguration.json(for: command, mounts))
        try text.write(to: URL(filePath: folder.path + "/config.json"))
    }

    private func isFile(_ place: String, in mounts: [GVisorConfiguration.Mount]) -> Bool {
        guard let source = mounts.first(where: { $0.place == place })?.source else { return false }
        var status = stat()
        return unsafe stat(source, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }

    /// The errors of `runsc`, if there were any.
    var errors: String? {
        let lines = (KernelFile.text(log) ?? "").split(separator: "\n").filter { $0.contains(#""level":"error""#) }
        guard let last = lines.last else { return nil }
        let value = try? CanonicalJSON.decode(JSONValue.self, from: Data(last.utf8))
        guard case .object(let members)? = value else { return String(last) }
        return members["msg"]?.stringValue ?? String(last)
    }
}
