import Glibc
import TuttiRuntime

/// Where values and answers come from: standard input, or a test.
package struct CommandInput: Sendable {
    /// Stays open as long as it is used.
    package let descriptor: Int32
    /// Whether a person sits at the other end.
    package let isTerminal: Bool

    package init(descriptor: Int32, isTerminal: Bool) {
        self.descriptor = descriptor
        self.isTerminal = isTerminal
    }

    package static let standard = CommandInput(descriptor: STDIN_FILENO, isTerminal: isatty(STDIN_FILENO) == 1)
    /// Nobody, and nothing to read.
    package static let nothing = CommandInput(descriptor: -1, isTerminal: false)

    /// The next line without its end; `nil` when there is no more.
    ///
    /// Nothing has been done while a person thinks, so a signal ends the process at once.
    func nextLine() async -> String? {
        await withCheckedContinuation { continuation in
            PosixThread.start(name: "tutti-input") {
                let line = Signals.delivering(RoundtableSitting.signals) { readLine() }
                continuation.resume(returning: line)
            }
        }
    }

    private static let lengthMax = 4096

    /// Byte by byte, so that nothing behind the line is swallowed.
    private func readLine() -> String? {
        var bytes: [UInt8] = []
        while bytes.count < Self.lengthMax {
            var byte: UInt8 = 0
            let count = unsafe read(descriptor, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension CommandContext {
    /// Whether somebody can be asked: a terminal to read from, and one that shows the question.
    var canAsk: Bool { input.isTerminal && progress.terminalSize != nil }

    /// Asks a person; everything but a yes is a no.
    func confirm(_ question: String) async throws -> Bool {
        try progress.write(question + " [y/N] ")
        guard let answer = await input.nextLine() else {
            try progress.write("\n")
            return false
        }
        return ["y", "yes"].contains(answer.lowercased().filter { !$0.isWhitespace })
    }
}
