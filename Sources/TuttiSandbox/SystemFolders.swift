import FoundationEssentials

/// What of the root folder of this machine programs in a sandbox find again.
enum SystemFolders {
    /// The folders of the root that are links to folders in `/usr` since usr was merged.
    private static let linkNames = ["bin", "lib", "lib32", "lib64", "sbin"]
    /// Files outside of `/usr` without which programs do not start, or do not find each other.
    static let filesOutside = ["/etc/alternatives", "/etc/ld.so.cache", "/etc/ssl/certs"]

    /// Which of them this machine has, and where they lead, from the root.
    static func links() -> [(name: String, target: String)] {
        linkNames.compactMap { name in
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/" + name) else {
                return nil
            }
            return (name, target.hasPrefix("/") ? String(target.dropFirst()) : target)
        }
    }
}
