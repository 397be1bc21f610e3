import Glibc

/// Where a path leads, however it is spelled: two paths with one place are one file.
///
/// A file that is there is known by its inode, through links of both kinds; one that is not, by its folder and name.
package struct FilePlace: Hashable {
    private let device: UInt
    private let inode: UInt
    private let name: String?

    /// - Returns: `nil` for what can be written twice without harm, such as a terminal, and without a folder.
    package init?(_ path: String) {
        var status = stat()
        if unsafe stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { return nil }
            name = nil
        } else {
            let slash = path.lastIndex(of: "/")
            let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            guard unsafe stat(folder, &status) == 0 else { return nil }
            name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        }
        (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
    }
}
