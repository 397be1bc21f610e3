import Glibc

/// Files that have no name any more but take up room, as a program holds them open.
struct RemovedFiles {
    /// Bytes on the disk of the workspace.
    private(set) var onDisk = 0
    /// Bytes in memory.
    private(set) var inMemory = 0

    /// Counts those that some processes hold. What the kernel does not show us of them is not counted.
    init(of processes: [Int32], disk: UInt64?) {
        var counted: Set<FileNumber> = []
        for process in processes {
            for number in ProcessTree.names(in: "/proc/\(process)/fd") {
                var status = stat()
                guard unsafe stat("/proc/\(process)/fd/\(number)", &status) == 0, status.st_nlink == 0,
                    status.st_mode & S_IFMT == S_IFREG, counted.insert(FileNumber(status)).inserted
                else { continue }
                let bytes = Int(status.st_blocks) * 512
                if UInt64(status.st_dev) == disk { onDisk += bytes } else { inMemory += bytes }
            }
        }
    }
}
