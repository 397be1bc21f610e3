import Glibc
import TuttiCore
import TuttiRuntime

/// Something that nobody may see: a terminal is asked for it without showing what is typed; else it is all of standard
/// input, without the line end behind it.
struct HiddenInput: Sendable {
    /// What it is, such as `the password`.
    let name: String
    /// What a terminal is asked, such as `Password`.
    let question: String
    /// Bytes of UTF-8.
    let bytesMax: Int
    /// Whether it has line ends within.
    let mayHaveLines: Bool

    /// A terminal gives 4,095 bytes of a line and its end (termios(3)), and drops what is typed behind them: a line of
    /// that length may be half of what was meant.
    static let typedBytesMax = 4094

    /// - Throws: ``InputError`` for what is empty, too long, or no text, and tells nothing of it; ``OutputError``.
    func read(in context: CommandContext) async throws -> SecretText {
        context.input.isTerminal
            ? try await ask(question, in: context)
            : try checked(try await all(context.input.descriptor), max: bytesMax)
    }

    /// The same, typed twice where somebody types it: what nobody sees is easily mistyped.
    func readTwice(in context: CommandContext) async throws -> SecretText {
        let first = try await read(in: context)
        guard context.input.isTerminal else { return first }
        guard try await ask("\(question), again", in: context) == first else {
            throw InputError("\(name) was typed in two ways; nothing was changed, try again")
        }
        return first
    }

    private func checked(_ bytes: [UInt8]?, max: Int) throws(InputError) -> SecretText {
        guard var bytes, !bytes.isEmpty else {
            throw InputError("\(name) is missing: type it at a terminal, or give it through standard input")
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw InputError("\(name) is empty; give it through standard input") }
        guard bytes.count <= max else {
            throw InputError("\(name) has more than \(max) bytes; give a shorter one, or the right file")
        }
        guard mayHaveLines || !bytes.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
            throw InputError("\(name) has several lines; give it as one line")
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw InputError("\(name) is no text in UTF-8; nothing was changed")
        }
        return SecretText(text)
    }

    // MARK: Reading

    /// Nothing has been done by now, so a signal ends the process at once.
    private func all(_ descriptor: Int32) async throws(InputError) -> [UInt8]? {
        let max = bytesMax + 3  // a line end, and one byte by which too much is known
        return await onThread {
            Signals.delivering(Signals.ending) {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 4096)
                while bytes.count < max {
                    let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else { break }
                    bytes += chunk[..<count]
                }
                return bytes
            }
        }
    }

    private func ask(_ question: String, in context: CommandContext) async throws -> SecretText {
        let (descriptor, progress) = (context.input.descriptor, context.progress)
        let line = await onThread { () -> Result<[UInt8]?, OutputError> in
            TerminalEcho.off(descriptor) {
                do throws(OutputError) {
                    try progress.write(question + ": ")
                } catch {
                    return .failure(error)
                }
                return .success(Self.line(descriptor))
            }
        }
        let bytes = try line.get()
        guard bytes?.count ?? 0 <= Self.typedBytesMax + 1 else {
            throw InputError(
                "\(name) is longer than the \(Self.typedBytesMax) bytes that a terminal takes; give it through "
                    + "standard input")
        }
        return try checked(bytes, max: bytesMax)
    }

    /// The next line with its end, byte by byte, so that nothing behind it is swallowed; `nil` when there is no more.
    private static func line(_ descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count <= typedBytesMax + 1, bytes.last != UInt8(ascii: "\n") {
            guard TerminalEcho.waitForInput(descriptor) else { break }
            var byte: UInt8 = 0
            let count = unsafe Glibc.read(descriptor, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { break }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : bytes
    }

    private func onThread<Output: Sendable>(_ body: @escaping @Sendable () -> Output) async -> Output {
        await withCheckedContinuation { continuation in
            PosixThread.start(name: "tutti-input") { continuation.resume(returning: body()) }
        }
    }
}
