import FoundationEssentials

/// A workspace for one run, which is removed afterwards.
package struct TemporaryFolder: Sendable {
    package let path: String

    /// An empty folder that only its user may look into.
    ///
    /// - Throws: ``SandboxError`` `sandbox_failed` when there is no room for it.
    package init(for identity: SandboxIdentity = .current) throws {
        let base = FileManager.default.temporaryDirectory.path
        path = "\(base)/tutti-sandbox-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw SandboxError(.failed, "no temporary folder could be made in \(base): \(error)")
        }
        try identity.own(path)
    }

    package func remove() { try? FileManager.default.removeItem(atPath: path) }
}
