import FoundationEssentials
import Testing
import TuttiCore
import TuttiStore

/// An export is read back as it was, and what is none is refused with the field that says so.
@Suite struct RunArchiveTests {
    private let time = Timestamp(milliseconds: 1_700_000_000_123)

    private var archive: RunArchive {
        var run = RunSummary(
            id: testRun(1), workflow: "w", status: .completed, reason: nil, queue: "q", executor: nil,
            isCancelRequested: false, created: time, finished: time, deadline: time, fence: 3, error: nil,
            parent: testRun(2), root: testRun(4), forkedFrom: testRun(3), generation: 2)
        run.isUnattended = false
        let error = StepError(code: "c", message: "m", data: ["a": [1, .double(2.5), "x"]], origin: "b#1")
        func step(_ key: String, _ kind: StepKind, _ result: StoredStep.Result, isOpen: Bool = false) -> StoredStep {
            StoredStep(
                key: key, kind: kind, attempt: 1, fingerprint: "f", result: result, started: time,
                ended: isOpen ? nil : time, cost: kind == .child ? StepCost(microdollars: 7, tokens: 9) : nil,
                undo: kind == .branch ? UndoRecord(name: "u", arguments: [1]) : nil)
        }
        let answer = InboxAnswer(
            verdict: .approved, by: "ann", at: time, reason: "fine", edited: .inline(Data("null".utf8)))
        return RunArchive(
            run: run, input: Data(#"{"n":18446744073709551615}"#.utf8), output: Data("null".utf8),
            steps: [
                step("a#1", .step, .completed(.inline(Data()))),
                step("b#1", .branch, .failed(error)), step("c#1", .step, .open(error, due: time), isOpen: true),
                step("d#1", .signal, .waiting(due: nil), isOpen: true),
                step("e#1", .sleep, .waiting(due: time), isOpen: true), step("f#1", .child, .cancelled),
                step("g#1", .approval, .completed(.inline(Data("{\"b\":1, \"a\":2}".utf8)))),
            ],
            inbox: [
                InboxMessage(
                    position: 7, kind: .approval, name: "n", id: "g#1@0", payload: .inline(Data("1".utf8)),
                    shownHash: "h", expires: time, answer: answer, consumedBy: "g#1", created: time),
                InboxMessage(
                    position: 8, kind: .signal, name: "s", id: "i", payload: .inline(Data("no json".utf8)),
                    created: time),
            ],
            events: [RunEvent(run: testRun(1), n: 4, type: "t", key: "a#1", data: Data("{\"x\":1}".utf8), time: time)])
    }

    @Test func isReadBackToTheLastByte() throws {
        #expect(try RunArchive(archive.document()) == archive)
    }

    private func refusal(_ document: String) -> RunArchiveError? {
        do throws(RunArchiveError) {
            _ = try RunArchive(Data(document.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func whatWasCutOffIsRefusedWhereverItWasCut() throws {
        let whole = try archive.document()
        let text = String(decoding: whole, as: UTF8.self)
        for length in stride(from: 0, to: text.utf8.count - 2, by: 97) {
            #expect(refusal(String(text.prefix(length)))?.code == "archive_unreadable")
        }
    }

    @Test(arguments: [
        ("[]", "archive_unreadable", "whole JSON"), ("{}", "archive_foreign", "tutti.run/1"),
        (#"{"schema":"tutti.roundtable/1"}"#, "archive_foreign", "no export of a run"),
        (#"{"schema":"tutti.run/2"}"#, "archive_newer", "use the release that wrote it"),
        (#"{"schema":"tutti.run/1"}"#, "archive_field", "run.id is missing"),
    ])
    func whatIsNoExportIsRefused(document: String, code: String, words: String) throws {
        let error = try #require(refusal(document))
        #expect(error.code == code && error.message.contains(words))
    }

    /// Where, what is put there, and what is said of it.
    static let spoilt: [(path: [String], value: JSONValue, words: String)] = [
        (["run", "id"], .string("run_x"), "run.id is 'run_x', which names no run"),
        (["run", "state"], .string("done"), "run.state is 'done', which this release does not know"),
        (["run", "created"], .string("yesterday"), "run.created is 'yesterday', which is no moment"),
        (["run", "taken_up"], .string("3"), "run.taken_up is no whole number"),
        (["run", "cancel_requested"], .null, "run.cancel_requested is missing"),
        (["steps"], .int(1), "steps is no list"),
        (["steps", "2", "kind"], .string("dance"), "steps[2].kind is 'dance', which this release does not know"),
        (["steps", "2", "due"], .null, "steps[2].due is missing"),
        (["steps", "1", "error"], .null, "steps[1].error.code is missing"),
        (["steps", "0", "ended"], .null, "steps[0].ended is missing"),
        (["steps", "0", "result_base64"], .string("%"), "steps[0].result_base64 is no base64"),
        (["steps", "1", "key"], .string("a#1"), "steps[1].key is 'a#1', which another step has as well"),
        (["inbox", "0", "answer", "verdict"], .string("maybe"), "inbox[0].answer.verdict is 'maybe'"),
        (["events", "0", "id"], .string("run_1/1"), "events[0].id is 'run_1/1', which names no event of"),
    ]

    /// Each member by itself is spoiled, and the error names it.
    @Test(arguments: spoilt)
    func theFieldIsNamed(path: [String], value: JSONValue, words: String) throws {
        let json = try CanonicalJSON.decode(JSONValue.self, from: archive.document())
        let spoiled = try CanonicalJSON.encode(json.setting(value, at: path[...]))
        let error = try #require(refusal(String(decoding: spoiled, as: UTF8.self)))
        #expect(error.code == "archive_field" && error.message.hasPrefix(words))
        #expect(error.message.hasSuffix("; export the run again"))
    }

    @Test(arguments: [
        Int64(0), 1, -1, 951_782_399_999, 951_868_800_000, 1_700_000_000_123, 4_102_444_800_000, -62_135_596_800_000,
    ])
    func momentsAreReadBack(milliseconds: Int64) {
        let time = Timestamp(milliseconds: milliseconds)
        #expect(Timestamp(time.description) == time)
    }

    @Test(arguments: [
        "", "2026", "2026-02-30T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000", "2026-01-01T00:00:00.000Z ", "99999999999999999999-01-01T00:00:00.000Z",
    ])
    func whatIsNoMomentIsNotRead(text: String) {
        #expect(Timestamp(text) == nil)
    }
}

extension JSONValue {
    /// The same with another value at one place.
    fileprivate func setting(_ value: JSONValue, at path: ArraySlice<String>) -> JSONValue {
        guard let name = path.first else { return value }
        switch self {
        case .object(var members):
            members[name] = (members[name] ?? .null).setting(value, at: path.dropFirst())
            return .object(members)
        case .array(var items):
            guard let index = Int(name), items.indices.contains(index) else { return self }
            items[index] = items[index].setting(value, at: path.dropFirst())
            return .array(items)
        default: return value
        }
    }
}
