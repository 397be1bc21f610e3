import Glibc

/// Reading a database in a folder that we may not write.
///
/// Even readers share an index file beside the log, which SQLite makes when it is not there. Where it cannot, and where
/// no log says that somebody works with the database, the file is opened as one that does not change
/// (https://www.sqlite.org/uri.html#uriimmutable).
enum ReadOnlyFolder {
    /// The URI for such a database; `nil` for all others.
    static func uri(of path: String) -> String? {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard unsafe access(path, R_OK) == 0, unsafe access(folder.isEmpty ? "/" : folder, W_OK) != 0,
            unsafe access(path + "-wal", F_OK) != 0
        else { return nil }
        return "file:" + escape(path) + "?immutable=1"
    }

    /// What has a meaning in a URI becomes `%XX`.
    static func escape(_ path: String) -> String {
        var escaped = ""
        for byte in path.utf8 {
            let scalar = UnicodeScalar(byte)
            if scalar.isASCII,
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "/._-~".unicodeScalars.contains(scalar)
            {
                escaped.unicodeScalars.append(scalar)
            } else {
                let digits = Array("0123456789ABCDEF")
                escaped += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return escaped
    }
}
