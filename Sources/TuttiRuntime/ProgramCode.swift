import Glibc

/// The code of this process and its libraries, as far as it is in memory.
package enum ProgramCode {
    /// Lets go of the code that has been touched so far: a program that is to idle for long has used most of it for its
    /// start only. What is needed again comes back from the cache of the kernel, without the disk. Breakpoints that a
    /// debugger has set by then are lost.
    ///
    /// Mappings that can be executed are never written to, so nothing is lost with their pages
    /// (https://man7.org/linux/man-pages/man2/madvise.2.html, `MADV_DONTNEED`). Others may have been: addresses are put
    /// into them at the start.
    ///
    /// - Returns: the size of the mappings in bytes; 0 where the system does not tell them.
    @discardableResult
    package static func letGo() -> Int {
        guard let file = unsafe fopen("/proc/self/maps", "re") else { return 0 }
        defer { unsafe fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { unsafe free(line) }
        var sum = 0
        while unsafe getline(&line, &capacity, file) > 0, let text = unsafe line {
            guard let mapping = Mapping(unsafe String(cString: text)),
                let start = unsafe UnsafeMutableRawPointer(bitPattern: mapping.range.lowerBound),
                unsafe madvise(start, mapping.range.count, MADV_DONTNEED) == 0
            else { continue }
            sum += mapping.range.count
        }
        return sum
    }

    /// Code of a file (https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html).
    struct Mapping: Equatable {
        var range: Range<UInt>

        /// - Returns: `nil` for what is no code, or of no file.
        init?(_ line: String) {
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: { $0 == " " }).first == "/" else {
                return nil
            }
            let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard bounds.count == 2, bounds[0] < bounds[1] else { return nil }
            range = bounds[0]..<bounds[1]
        }
    }
}
