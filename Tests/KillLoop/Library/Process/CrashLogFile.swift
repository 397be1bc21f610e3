import FoundationEssentials
import Glibc

/// The file to which the steps of `tutti bench crash` append their lines.
package struct CrashLogFile: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// How many bytes it has; 0 when it is not there.
    package var size: Int {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? Int(information.st_size) : 0
    }

    /// Its lines, and those among them that have another shape.
    package func read() -> (lines: [LogLine], malformed: [String]) {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        var lines: [LogLine] = []
        var malformed: [String] = []
        for line in text.split(separator: "\n") {
            if let known = LogLine(line) { lines.append(known) } else { malformed.append(String(line)) }
        }
        if !text.isEmpty, !text.hasSuffix("\n") { malformed.append("a last line without its end") }
        return (lines, malformed)
    }
}
