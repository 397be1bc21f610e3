import FoundationEssentials
import Glibc
import Testing

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("Writing files")
struct FileWriterTests {
    private let bytes = Data("new\n".utf8)

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func writesAFileAndLeavesNothingElse() async throws {
        try await RoundtableScratch.with { scratch in
            try FileWriter.write(bytes, to: scratch["a.md"])
            try FileWriter.write(bytes, to: scratch["a.md"])
            #expect(try scratch.read("a.md") == "new\n")
            #expect(scratch.names == ["a.md"])
        }
    }

    @Test func writesAnEmptyFile() async throws {
        try await RoundtableScratch.with { scratch in
            try FileWriter.write(Data(), to: scratch["a.md"])
            #expect(try scratch.read("a.md") == "")
        }
    }

    @Test func keepsThePermissionsOfAFile() async throws {
        try await RoundtableScratch.with { scratch in
            let path = try scratch.write("a.md", "old")
            #expect(unsafe chmod(path, 0o600) == 0)
            try FileWriter.write(bytes, to: path)
            #expect(mode(path) == 0o600)
            #expect(try scratch.read("a.md") == "new\n")
        }
    }

    @Test func followsALink() async throws {
        try await RoundtableScratch.with { scratch in
            try scratch.write("real.md", "old")
            #expect(unsafe symlink("real.md", scratch["link.md"]) == 0)
            try FileWriter.write(bytes, to: scratch["link.md"])
            #expect(try scratch.read("real.md") == "new\n")
            var status = stat()
            #expect(unsafe lstat(scratch["link.md"], &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        }
    }

    @Test func doesNotFollowALinkThatLiesInTheWay() async throws {
        try await RoundtableScratch.with { scratch in
            try scratch.write("precious.md", "old")
            #expect(unsafe symlink("precious.md", scratch["a.md.tutti-tmp"]) == 0)
            try FileWriter.write(bytes, to: scratch["a.md"])
            #expect(try scratch.read("precious.md") == "old")
            #expect(scratch.names == ["a.md", "precious.md"])
        }
    }

    @Test func saysWhichFileAndWhy() async throws {
        try await RoundtableScratch.with { scratch in
            let error = #expect(throws: FileWriteError.self) { try FileWriter.write(bytes, to: scratch["no/a.md"]) }
            #expect(error?.description.hasPrefix("\(scratch["no/a.md"]) could not be written: ") == true)
            #expect(error?.description.hasSuffix("No such file or directory") == true)
        }
    }

    @Test func leavesTheOldFileWhenTheNewOneDoesNotFit() async throws {
        try await RoundtableScratch.with { scratch in
            try scratch.write("a.md", "old")
            // A folder under the temporary name stands for anything that keeps it from being made.
            let temporary = scratch["a.md.tutti-tmp"]
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
            #expect(throws: FileWriteError.self) { try FileWriter.write(bytes, to: scratch["a.md"]) }
            #expect(try scratch.read("a.md") == "old")
        }
    }

    @Test("a full disk", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func full() {
        let error = #expect(throws: FileWriteError.self) { try FileWriter.write(bytes, to: "/dev/full") }
        #expect(error?.description == "/dev/full could not be written: No space left on device")
    }

    @Test func writesToADeviceAndLeavesItOne() throws {
        try FileWriter.write(bytes, to: "/dev/null")
        var status = stat()
        #expect(unsafe stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    // MARK: Before the work

    private func refusal(_ path: String) -> String? {
        do {
            try FileWriter.checkWritable(path, for: "-o")
            return nil
        } catch {
            return error.description
        }
    }

    @Test func checksBeforeTheWork() async throws {
        try await RoundtableScratch.with { scratch in
            #expect(refusal(scratch["a.md"]) == nil)
            #expect(refusal("/dev/null") == nil)
            #expect(refusal(scratch.path) == "-o \(scratch.path) is a folder; name a file in it")
            #expect(
                refusal(scratch["no/a.md"])
                    == "-o \(scratch["no/a.md"]): \(scratch["no"]): No such file or directory; "
                    + "name a file in a folder that you may write")
            #expect(scratch.names == [])
        }
    }

    @Test("a folder that may not be written", .enabled(if: geteuid() != 0, "root may write all"))
    func noPermission() async throws {
        try await RoundtableScratch.with { scratch in
            #expect(unsafe chmod(scratch.path, 0o500) == 0)
            #expect(refusal(scratch["a.md"])?.contains("Permission denied") == true)
            #expect(unsafe chmod(scratch.path, 0o700) == 0)
        }
    }

    // MARK: One file by two names

    @Test func knowsAFileByAllItsNames() async throws {
        try await RoundtableScratch.with { scratch in
            let path = try scratch.write("a.md", "old")
            #expect(unsafe symlink("a.md", scratch["soft.md"]) == 0)
            #expect(unsafe link(path, scratch["hard.md"]) == 0)
            for name in ["soft.md", "hard.md", "./a.md", "../\(scratch.path.split(separator: "/").last ?? "")/a.md"] {
                #expect(FilePlace(scratch[name]) == FilePlace(path), "\(name)")
            }
            #expect(FilePlace(try scratch.write("b.md", "old")) != FilePlace(path))
            #expect(FilePlace(scratch["new.md"]) == FilePlace(scratch["./new.md"]))
            #expect(FilePlace(scratch["new.md"]) != FilePlace(scratch["newer.md"]))
            #expect(FilePlace("/dev/null") == nil)
        }
    }

    @Test(
        "words for a shell",
        arguments: [
            ("/a/b-1.md", "/a/b-1.md"), ("a b.md", "'a b.md'"), ("it's.md", "'it'\\''s.md'"), ("$HOME", "'$HOME'"),
            ("", "''"), ("Tür.md", "Tür.md"),
        ])
    func quoted(word: String, expected: String) {
        #expect(ShellWord.quoted(word) == expected)
    }
}
