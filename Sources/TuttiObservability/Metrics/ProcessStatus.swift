/// What `/proc/self/stat` says of a process (proc(5)), in the kernel's own units.
struct ProcessStatus: Hashable {
    /// Clock ticks in user and in kernel mode.
    var ticks: UInt64
    var threads: UInt64
    /// Clock ticks from the start of the machine to that of the process.
    var startTicks: UInt64
    var residentPages: UInt64

    /// Reads the line; the name of the program stands in parentheses and may hold any of them.
    init?(_ line: String) {
        guard let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: end)...].split(whereSeparator: \.isWhitespace)
        // The field after the name is the third by the manual's count.
        func number(_ field: Int) -> UInt64? { fields.count > field - 3 ? UInt64(fields[field - 3]) : nil }
        guard let user = number(14), let system = number(15), let threads = number(20), let start = number(22),
            let pages = number(24)
        else { return nil }
        ticks = user &+ system
        self.threads = threads
        startTicks = start
        residentPages = pages
    }

    /// The line `btime` of `/proc/stat`: when the machine started, in seconds since 1970.
    static func bootTime(_ text: String) -> UInt64? {
        text.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { UInt64($0.dropFirst("btime ".count)) }
    }

    /// The line `Cpus_allowed` of `/proc/self/status`: a bit for each processor, in hexadecimal digits and commas.
    static func processors(_ text: String) -> Int? {
        let head = "Cpus_allowed:"
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(head) }) else { return nil }
        let count = line.dropFirst(head.count).compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }
}
