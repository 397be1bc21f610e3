import FoundationEssentials
import Glibc

/// The folder of a bench: the one that was named, or one of its own that is removed afterwards.
///
/// Without a name it is made in the working folder and not in `/tmp`, which is often memory and never syncs.
struct BenchHome {
    let path: String
    private let isOurs: Bool

    init(_ named: String?, name: String) throws {
        isOurs = named == nil
        path = named ?? FileManager.default.currentDirectoryPath + "/.tutti-bench-\(name)-\(getpid())"
    }

    func remove() {
        if isOurs { try? FileManager.default.removeItem(atPath: path) }
    }
}
