import Glibc
import TuttiReadings

extension FileWriter {
    /// Whether a file could be written there, checked before the work begins.
    ///
    /// - Throws: ``InputError`` when its folder is not there or may not be written.
    static func checkWritable(_ path: String, for flag: String) throws(InputError) {
        var status = stat()
        let isThere = unsafe stat(path, &status) == 0
        let type = status.st_mode & S_IFMT
        if isThere, type == S_IFDIR { throw InputError("\(flag) \(path) is a folder; name a file in it") }
        if isThere, type != S_IFREG {
            guard unsafe access(path, W_OK) == 0 else { throw refusal(path, for: flag, because: reason(path)) }
            return
        }
        let folder = folder(of: isThere ? resolved(path) : path)
        guard unsafe access(folder, W_OK | X_OK) == 0 else { throw refusal(path, for: flag, because: reason(folder)) }
    }

    private static func refusal(_ path: String, for flag: String, because reason: String) -> InputError {
        InputError("\(flag) \(path): \(reason); name a file in a folder that you may write")
    }
}
