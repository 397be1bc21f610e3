/// How a program ended, and what it has written.
package struct SubprocessResult: Sendable, Hashable {
    /// How a program ended.
    package enum End: Sendable, Hashable {
        /// By itself, with this code.
        case exited(Int32)
        /// By this signal, which was not ours.
        case signalled(Int32)
        /// By us, since it took longer than it was given.
        case timedOut
    }

    /// The number that it had; another program may have it by now.
    package let process: Int32
    /// How it ended.
    package let end: End
    /// The beginning of its standard output.
    package let output: SubprocessOutput
    /// The end of its standard error.
    package let errors: SubprocessOutput
    /// What it and the children that it has waited for have computed.
    package let processorTime: Duration
}

/// What is kept of what a program has written.
package struct SubprocessOutput: Sendable, Hashable {
    /// Which part is kept.
    package enum Part: Sendable, Hashable {
        case beginning, end
    }

    /// What is kept.
    package private(set) var bytes: [UInt8] = []
    /// How many bytes were written.
    package private(set) var count = 0
    private let part: Part
    private let max: Int

    init(keeping part: Part, max: Int) {
        self.part = part
        self.max = max
    }

    /// Whether something was dropped.
    package var isCut: Bool { count > bytes.count }

    /// What is kept as a text; what is no UTF-8 becomes U+FFFD.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ new: some Collection<UInt8>) {
        count += new.count
        switch part {
        case .beginning: bytes += new.prefix(max - bytes.count)
        case .end:
            bytes += new.suffix(max)
            if bytes.count > max { bytes.removeFirst(bytes.count - max) }
        }
    }
}
