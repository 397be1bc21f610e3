import FoundationEssentials
import Glibc
import Testing

@testable import TuttiTerminal

@Suite("Reading a document")
struct DocumentReaderTests {
    /// What a file with these bytes is refused with; without its path.
    private func refusal(_ bytes: [UInt8]) async throws -> String? {
        try await RoundtableScratch.with { scratch in
            let path = try scratch.write("plan.md", bytes)
            return refusal(of: path)?.replacing(path, with: "plan.md")
        }
    }

    private func refusal(of path: String, whileReading: () -> Void = {}) -> String? {
        do {
            _ = try DocumentReader.read(path, whileReading: whileReading)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func readsAFileAsItStands() async throws {
        try await RoundtableScratch.with { scratch in
            let text = "\u{FEFF}# Tee\r\n\r\nSchön 🫖\n"
            let path = try scratch.write("plan.md", text)
            #expect(try DocumentReader.read(path) == text)
        }
    }

    @Test func refusesWhatIsNotThere() async throws {
        try await RoundtableScratch.with { scratch in
            let path = scratch["missing.md"]
            #expect(refusal(of: path) == "\(path): No such file or directory; check the path")
            #expect(refusal(of: scratch["no/folder.md"])?.hasSuffix("check the path") == true)
        }
    }

    @Test func refusesAFolder() async throws {
        try await RoundtableScratch.with { scratch in
            #expect(refusal(of: scratch.path) == "\(scratch.path) is a folder; name a file in it")
        }
    }

    @Test("nothing to read", arguments: ["", " ", "\n\n\t\r\n", "\u{0B}\u{0C}"])
    func empty(text: String) async throws {
        #expect(try await refusal(Array(text.utf8)) == "plan.md is empty; write at least a sentence into it")
    }

    @Test func refusesABinaryFile() async throws {
        let message = "plan.md is not a text but a binary file; give Markdown or plain text"
        #expect(try await refusal([0x7F, 0x45, 0x4C, 0x46, 0, 1, 2]) == message)
        #expect(try await refusal(Array("text".utf8) + [0]) == message)
    }

    @Test("not UTF-8", arguments: [[0x63, 0x61, 0x66, 0xE9], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82]])
    func latin1(bytes: [UInt8]) async throws {
        let message = try await refusal(bytes)
        #expect(message == "plan.md is not UTF-8; convert it, for example with `iconv -f latin1 -t utf-8`")
    }

    @Test func refusesALargeFileWithoutReadingIt() async throws {
        try await RoundtableScratch.with { scratch in
            let path = try scratch.write("plan.md", "a")
            #expect(unsafe truncate(path, 50 << 20) == 0)
            var chunks = 0
            let message = refusal(of: path) { chunks += 1 }
            #expect(message?.contains("has 52428800 bytes or more, the limit for a document is 2097152") == true)
            #expect(chunks == 0)
        }
    }

    @Test func readsAFileOfTheLargestSize() async throws {
        try await RoundtableScratch.with { scratch in
            let largest = [UInt8](repeating: 0x61, count: 2 << 20)
            let path = try scratch.write("plan.md", largest)
            #expect(try DocumentReader.read(path).utf8.count == 2 << 20)
            try scratch.write("plan.md", largest + [0x61])
            #expect(refusal(of: path)?.contains("the limit") == true)
        }
    }

    @Test func stopsAtTheLimitOfWhatHasNoSize() {
        var chunks = 0
        let message = refusal(of: "/dev/zero") { chunks += 1 }
        #expect(message?.contains("review it in parts") == true)
        #expect(chunks <= 33, "32 chunks of 64 KiB are the limit")
    }

    @Test("changed while it is read", arguments: ["more\n", ""])
    func changed(addition: String) async throws {
        try await RoundtableScratch.with { scratch in
            let path = try scratch.write("plan.md", "We sell tea.\n")
            let past = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
            #expect(unsafe utimensat(AT_FDCWD, path, past, 0) == 0)
            let message = refusal(of: path) {
                _ = try? scratch.write("plan.md", "We sell tea.\n" + addition)
            }
            #expect(message == "\(path) was changed while it was read; save it and try again")
        }
    }

    @Test func readsANamedPipe() async throws {
        try await RoundtableScratch.with { scratch in
            let path = scratch["pipe"]
            #expect(unsafe mkfifo(path, 0o600) == 0)
            let writer = unsafe open(path, O_RDWR)
            #expect(unsafe write(writer, "We sell tea.\n", 13) == 13)
            var isOpen = true
            let text = try DocumentReader.read(path) {
                if isOpen { close(writer) }
                isOpen = false
            }
            #expect(text == "We sell tea.\n")
        }
    }

    @Test("standard input", arguments: ["We sell tea.\n", ""])
    func standardInput(text: String) throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        #expect(unsafe write(ends[1], text, text.utf8.count) == text.utf8.count)
        close(ends[1])
        defer { close(ends[0]) }
        if text.isEmpty {
            let error = #expect(throws: InputError.self) { try DocumentReader.read("-", standardInput: ends[0]) }
            #expect(error?.description == "standard input is empty; write at least a sentence into it")
        } else {
            #expect(try DocumentReader.read("-", standardInput: ends[0]) == text)
        }
    }

    @Test("a file that may not be read", .enabled(if: geteuid() != 0, "root may read all"))
    func noPermission() async throws {
        try await RoundtableScratch.with { scratch in
            let path = try scratch.write("plan.md", "We sell tea.\n")
            #expect(unsafe chmod(path, 0) == 0)
            #expect(refusal(of: path) == "\(path): Permission denied; check its permissions")
        }
    }
}
