import FoundationEssentials
import Glibc

/// A workspace for one run, which is removed afterwards.
package struct TemporaryFolder: Sendable {
    package let path: String

    /// An empty folder that only its user may look into.
    ///
    /// - Throws: ``SandboxError`` `sandbox_failed` when there is no room for it.
    package init(for identity: SandboxIdentity = .current) throws {
        let base = Self.base(for: identity)
        path = "\(base)/tutti-sandbox-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw SandboxError(.failed, "no temporary folder could be made in \(base): \(error)")
        }
        try identity.own(path)
    }

    /// Where temporary files are, as far as that user gets through to it: an administrator's own place for them may be
    /// shut for all others.
    private static func base(for identity: SandboxIdentity) -> String {
        let usual = FileManager.default.temporaryDirectory.standardizedFileURL.path
        guard identity.number != nil else { return usual }
        return [usual, "/tmp", "/var/tmp"].first(where: isOpen) ?? usual
    }

    /// Whether everybody may go through a folder and all that are above it.
    private static func isOpen(_ path: String) -> Bool {
        var place = ""
        for name in path.split(separator: "/") {
            place += "/" + name
            var status = stat()
            guard unsafe stat(place, &status) == 0, status.st_mode & 0o001 != 0 else { return false }
        }
        return true
    }

    package func remove() { try? FileManager.default.removeItem(atPath: path) }
}
