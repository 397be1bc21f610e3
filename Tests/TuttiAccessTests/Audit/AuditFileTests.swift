import FoundationEssentials
import Glibc
import TestProcess
import Testing
import TuttiAccess
import TuttiCore
import TuttiRuntime

/// Exported files: whole, changed, cut, and of somebody else.
struct AuditFileTests {
    private func log(_ count: Int) async throws -> MemoryAuditLog {
        let log = MemoryAuditLog()
        for number in 1...count { try await log.append(auditDraft(number)) }
        return log
    }

    private func write(_ lines: [Data], in home: TestFolder, end: String = "\n") throws -> String {
        let path = home.path + "/audit.jsonl"
        var bytes = Data(lines.joined(separator: Data("\n".utf8)))
        bytes.append(contentsOf: end.utf8)
        try bytes.write(to: URL(filePath: path))
        return path
    }

    @Test(arguments: ["\n", ""])
    func aWholeFileIsWhole(end: String) async throws {
        let (log, home) = (try await log(5), try TestFolder())
        let lines = try await exported(log)
        #expect(
            String(decoding: lines[0], as: UTF8.self).hasPrefix(
                "{\"after\":{\"hash\":\"\(AuditHead.start.hash)\",\"n\":0},\"format\":\"tutti-audit-1\",\"head\":"))
        let head = try await log.head()
        let span = AuditSpan(start: .start, head: head)
        let report = try AuditFile.verify(path: try write(lines, in: home, end: end), expecting: head)
        #expect(report.verification == .whole(span))
        #expect(
            report.header == AuditFileHeader(span: span, release: "0.1.0", time: Timestamp(milliseconds: 0)))
    }

    @Test func aPartIsWholeByItself() async throws {
        let log = try await log(6)
        let entries = await log.all
        let lines = try await exported(log, from: 3, through: 5)
        #expect(lines.count == 4)
        let span = AuditSpan(start: entries[1].head, head: entries[4].head)
        #expect(try AuditFile.verify(lines).verification == .whole(span))
        #expect(
            place(try AuditFile.verify(lines, expecting: entries[5].head).verification) == AuditBreak(.cutTail, at: 6))
        let before = #expect(throws: AuditError.self) { try AuditFile.verify(lines, expecting: entries[0].head) }
        #expect(before?.kind == .invalid)
        for (first, last): (Int64?, Int64?) in [(0, nil), (nil, 7), (5, 3), (8, nil), (nil, -1), (.min, nil)] {
            let error = await #expect(throws: AuditError.self) { try await exported(log, from: first, through: last) }
            #expect(error?.kind == .invalid, "\(String(describing: first)) \(String(describing: last))")
        }
        let empty = try await exported(MemoryAuditLog())
        #expect(empty.count == 1)
        #expect(try AuditFile.verify(empty).verification == .whole(AuditSpan(start: .start, head: .start)))
    }

    @Test func anyChangeOfAByteIsFound() async throws {
        let lines = try await exported(try await log(3))
        let changed = lines[2]
        for index in changed.indices {
            var line = changed
            line[index] ^= 1
            let place = place(try AuditFile.verify([lines[0], lines[1], line, lines[3]]).verification)
            // A changed number may be that of another entry.
            #expect(place?.n == 2 || place == AuditBreak(.missing, at: 2), "byte \(index)")
        }
    }

    @Test func linesThatAreGoneOrInAnotherOrderAreFound() async throws {
        let lines = try await exported(try await log(4))
        func found(_ order: [Int]) throws -> AuditBreak? {
            place(try AuditFile.verify(order.map { lines[$0] }).verification)
        }
        #expect(try found([0, 1, 2, 3, 4]) == nil)
        #expect(try found([0, 2, 3, 4]) == AuditBreak(.missing, at: 1))
        #expect(try found([0, 1, 3, 4]) == AuditBreak(.missing, at: 2))
        #expect(try found([0, 1, 2, 3]) == AuditBreak(.cutTail, at: 4))
        #expect(try found([0]) == AuditBreak(.cutTail, at: 1))
        #expect(try found([0, 1, 3, 2, 4]) == AuditBreak(.missing, at: 2))
        #expect(try found([0, 1, 2, 2, 3, 4]) == AuditBreak(.stray, at: 2))
        #expect(try found([0, 1, 2, 3, 4, 0]) == AuditBreak(.changed, at: 5))
    }

    @Test func aFileOfSomethingElseIsNotRead() async throws {
        let home = try TestFolder()
        let whole = String(decoding: try await exported(try await log(1))[0], as: UTF8.self)
        let others = [
            "", "{}", "text", whole.replacing("tutti-audit-1", with: "tutti-audit-2"),
            whole.replacing("\"n\":0", with: "\"n\":7"), whole.replacing("\"n\":0", with: "\"n\":-1"),
            whole.replacing("\"hash\":\"0", with: "\"hash\":\"x"), whole.replacing("release", with: "r"),
        ]
        for line in others {
            let path = try write([Data(line.utf8)], in: home)
            let error = #expect(throws: AuditError.self, "\(line)") { try AuditFile.verify(path: path) }
            #expect(error?.kind == .unreadable)
        }
        for path in [home.path + "/none", home.path] {
            let error = #expect(throws: AuditError.self) { try AuditFile.verify(path: path) }
            #expect(error?.kind == .unreadable)
        }
    }

    @Test func aLineWithoutEndIsNotReadIntoMemory() async throws {
        let home = try TestFolder()
        let lines = try await exported(try await log(1))
        let path = try write([lines[0], Data(repeating: 0x78, count: AuditLimits.lineBytesMax + 70_000)], in: home)
        let error = #expect(throws: AuditError.self) { try AuditFile.verify(path: path) }
        #expect(error?.kind == .unreadable)
        #expect(error?.message.contains("\(AuditLimits.lineBytesMax)") == true)
    }

    // MARK: Files that are written

    @Test func aFileIsThereWhenItIsWhole() async throws {
        let (log, home) = (try await log(5), try TestFolder())
        let path = home.path + "/a.jsonl"
        func write(_ path: String, from first: Int64? = nil) async throws(AuditError) -> AuditVerification {
            try await AuditFile.write(log, to: path, from: first, release: "0.1.0", at: Timestamp(milliseconds: 0))
        }
        let verification = try await write(path)
        #expect(verification == .whole(AuditSpan(start: .start, head: try await log.head())))
        #expect(try AuditFile.verify(path: path).verification == verification)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path) == ["a.jsonl"])
        var information = stat()
        #expect(unsafe lstat(path, &information) == 0 && information.st_mode & 0o777 == 0o600)
        let again = await #expect(throws: AuditError.self) { try await write(path) }
        #expect(again?.kind == .unwritable)
        let nowhere = await #expect(throws: AuditError.self) { try await write(home.path + "/none/a.jsonl") }
        #expect(nowhere?.kind == .unwritable)
        let behind = await #expect(throws: AuditError.self) { try await write(home.path + "/b.jsonl", from: 99) }
        #expect(behind?.kind == .invalid)
        try Data().write(to: URL(filePath: home.path + "/c.jsonl.part"))
        let other = await #expect(throws: AuditError.self) { try await write(home.path + "/c.jsonl") }
        #expect(other?.message.contains("another export") == true)
        let left = try FileManager.default.contentsOfDirectory(atPath: home.path).sorted()
        #expect(left == ["a.jsonl", "c.jsonl.part"])
    }

    @Test func noLinkIsFollowed() async throws {
        let (log, home) = (try await log(5), try TestFolder())
        #expect(unsafe symlink(home.path + "/elsewhere", home.path + "/a.jsonl.part") == 0)
        let error = await #expect(throws: AuditError.self) {
            try await AuditFile.write(log, to: home.path + "/a.jsonl", release: "0", at: Timestamp(milliseconds: 0))
        }
        #expect(error?.kind == .unwritable)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path) == ["a.jsonl.part"])
    }

    // MARK: The script for those who have no Tutti

    static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first { unsafe access($0, X_OK) == 0 }
    private static let script =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
        + "/scripts/verify-audit.py"

    @Test(.enabled(if: python != nil, "needs python3"))
    func theScriptSaysTheSame() async throws {
        let (log, home) = (MemoryAuditLog(), try TestFolder())
        for text in AuditEntryTests.texts {
            var draft = auditDraft(1)
            (draft.actor.name, draft.actor.id, draft.target, draft.request) = (text, nil, nil, text)
            draft.details = ["text": text, "a.b": "1", "a_b": "2", "ab": "3"]
            try await log.append(draft)
        }
        let lines = try await exported(log)
        let path = try write(lines, in: home)
        let good = try await Subprocess(Self.python ?? "", [Self.script, path]).run()
        #expect(String(decoding: good.output.bytes, as: UTF8.self) == "whole up to \(try await log.head())\n")
        let other = String(decoding: lines[3], as: UTF8.self).replacing("usr_", with: "usx_").replacing(
            "key_1", with: "key_2")
        _ = try write([lines[0], lines[1], lines[2], Data(other.utf8)] + lines[4...], in: home)
        let bad = try await Subprocess(Self.python ?? "", [Self.script, path]).run()
        #expect(String(decoding: bad.errors.bytes, as: UTF8.self).contains("entry 3 does not fit"))
        _ = try write(lines.dropLast(), in: home)
        let cut = try await Subprocess(Self.python ?? "", [Self.script, path]).run()
        #expect(String(decoding: cut.errors.bytes, as: UTF8.self).contains("before its head"))
    }
}
