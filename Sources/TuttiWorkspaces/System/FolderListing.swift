import Glibc

/// The names in a folder.
enum FolderListing {
    /// Reads the names, in the order of their bytes; `nil` with `errno` set.
    ///
    /// - Parameter max: no more are read than this and one.
    static func names(in folder: borrowing Descriptor, max: Int) -> [EntryName]? {
        // A descriptor of its own, since the stream moves where reading stands, and is closed with it.
        let copy = unsafe openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { return nil }
        guard let stream = unsafe fdopendir(copy) else {
            close(copy)
            return nil
        }
        defer { unsafe closedir(stream) }
        var names: [EntryName] = []
        errno = 0
        while names.count <= max, let entry = unsafe readdir(stream) {
            if let name = unsafe name(of: entry) { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { return nil }
        names.sort()
        return names
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> EntryName? {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        let start = unsafe UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        let dot = CChar(bitPattern: UInt8(ascii: "."))
        if unsafe start[0] == dot, unsafe start[1] == 0 || (start[1] == dot && start[2] == 0) { return nil }
        return unsafe EntryName(listed: UnsafeBufferPointer(start: start, count: strlen(start)))
    }
}
