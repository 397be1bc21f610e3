import Glibc
import Testing
import TuttiRuntime
import TuttiTerminal

@Suite("Writing to the real outputs")
struct FileDescriptorSinkTests {
    static func open(_ path: String, _ flags: Int32) throws -> Int32 {
        let descriptor = unsafe Glibc.open(path, flags)
        try #require(descriptor >= 0)
        return descriptor
    }

    @Test func aFullDiskIsAnErrorWithItsReason() throws {
        let full = try Self.open("/dev/full", O_WRONLY)
        defer { close(full) }
        let error = try #require(throws: OutputError.self) {
            try FileDescriptorSink(descriptor: full, name: "report.html").write("x")
        }
        #expect(error.description == "cannot write to report.html: No space left on device")
        #expect(error.errorNumber == ENOSPC && !error.isClosedPipe)
    }

    @Test func aReaderThatIsGoneIsToldApart() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let error = try #require(throws: OutputError.self) {
            try FileDescriptorSink(descriptor: ends[1], name: "standard output").write("x")
        }
        #expect(error.isClosedPipe)
    }

    @Test func writesAllOfALongText() async throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        // A pipe that does not block takes 64 KiB at once, so the sink has to wait for the reader.
        try #require(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
        let text = String(repeating: "tutti ", count: 100_000)
        let (read, reader) = AsyncStream.makeStream(of: [UInt8].self)
        Self.read(from: reading) { bytes in
            reader.yield(bytes)
            reader.finish()
        }
        try FileDescriptorSink(descriptor: writing, name: "pipe").write(text)
        close(writing)
        #expect(await read.first { _ in true } == Array(text.utf8))
        close(reading)
    }

    /// Reads on a thread of its own: the writer blocks, and a task might get its turn only after all other tests.
    private static func read(from descriptor: Int32, then end: @escaping @Sendable ([UInt8]) -> Void) {
        PosixThread.start(name: "test-reader") {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = unsafe Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
                bytes += buffer[..<count]
            }
            end(bytes)
        }
    }

    @Test func onlyATerminalHasASize() throws {
        let null = try Self.open("/dev/null", O_WRONLY)
        defer { close(null) }
        #expect(FileDescriptorSink(descriptor: null, name: "null").terminalSize == nil)
    }

    /// A fresh pseudo-terminal does not know its size.
    @Test func aTerminalWithoutSizeCountsAsTheClassicOne() throws {
        let terminal = try Self.open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        let sink = FileDescriptorSink(descriptor: terminal, name: "terminal")
        #expect(sink.terminalSize == TerminalSize(columns: 80, rows: 24))
    }
}
