import CTuttiSystem

extension HomeFolder {
    /// How far the locks of the file system that holds a folder can be trusted; the names are for people.
    package enum Locking: Sendable, Hashable {
        case sound(String)
        case doubtful(String)
        case refused(String)
    }

    /// Of a folder that is there.
    package var locking: Locking {
        let fileSystem = FileSystem(magic: unsafe CTuttiSystem_fileSystemType(path))
        return switch fileSystem.locking {
        case .sound: .sound(Self.names[fileSystem.magic] ?? "a local file system")
        case .doubtful(let name): .doubtful(name)
        case .refused(let name): .refused(name)
        }
    }

    /// The usual ones, by their magic numbers (statfs(2)).
    private static let names: [Int64: String] = [
        0xEF53: "ext4", 0x5846_5342: "XFS", 0x9123_683E: "Btrfs", 0x0102_1994: "tmpfs: gone when the machine stops",
        0x2FC1_2FC1: "ZFS", 0xF2F5_2010: "F2FS",
    ]
}
