import FoundationEssentials
import Testing
import TuttiAccess
import TuttiCore

/// What an entry is, how it is hashed and written.
struct AuditEntryTests {
    /// Every field of a draft, each changed on its own.
    static let changes: [@Sendable (inout AuditEntry) -> Void] = [
        { $0.n = 2 }, { $0.previous = String(repeating: "1", count: 64) },
        { $0.draft.time = Timestamp(milliseconds: 5) }, { $0.draft.tenant = "other" }, { $0.draft.actor.id = nil },
        { $0.draft.actor.id = "" }, { $0.draft.actor.name = "Eve" }, { $0.draft.actor.credential.kind = "session" },
        { $0.draft.actor.credential.id = nil }, { $0.draft.actor.address = "192.0.2.2" },
        { $0.draft.action = .secretDeleted }, { $0.draft.target = nil }, { $0.draft.target?.kind = "user" },
        { $0.draft.target?.id = "x" }, { $0.draft.outcome = .failed }, { $0.draft.request = nil },
        { $0.draft.details = [:] }, { $0.draft.details["kind"] = "vault" },
        // The same texts in other places.
        { $0.draft.details = ["placekind": "tenantprovider"] },
        { $0.draft.details = ["kind": "provider5:place,6:tenant,"] },
        { ($0.draft.actor.id, $0.draft.actor.name) = ("Ada", "usr_a") },
    ]

    @Test(arguments: changes.indices)
    func eachFieldChangesTheHash(change: Int) {
        var entry = AuditEntry(auditDraft(1), behind: .start)
        #expect(entry.computedHash == entry.hash)
        Self.changes[change](&entry)
        #expect(entry.computedHash != entry.hash)
    }

    /// The value was computed with Python's hashlib over the parts that the documentation names.
    @Test func theHashIsTheDocumentedOne() {
        let entry = AuditEntry(auditDraft(1), behind: .start)
        #expect(entry.n == 1)
        #expect(entry.hash == "108f1bbb220711ce22acd20cd87db5da6688f78649c014ab7bf71022caf06922")
    }

    static let texts = [
        "", "plain", "\u{0}\u{1}\u{7f}\u{85}\u{2028}\n\r\t\"\\/", "😀👩‍👩‍👧‍👦",
        "e\u{301}", "é", "\u{fffd}", "0:,", "-",
    ]

    @Test(arguments: texts)
    func aLineSaysAllOfIt(text: String) throws {
        var draft = auditDraft(7)
        draft.actor.name = text
        draft.request = text
        draft.details = ["text": text, "more": "x"]
        let entry = AuditEntry(draft, behind: .start)
        let read = try #require(AuditEntry(line: Data(entry.line)))
        #expect(read == entry)
        #expect(read.computedHash == entry.hash)
        #expect(read.draft.actor.name.utf8.elementsEqual(text.utf8))
        #expect(!entry.line.contains(UInt8(ascii: "\n")))
    }

    static let foreignLines: [@Sendable (String) -> String] = [
        { " " + $0 }, { $0 + " " }, { $0.replacing("{\"action\"", with: "{\"a\":1,\"action\"") },
        { $0.replacing("\"n\":1", with: "\"n\":1.0") }, { $0.replacing("\"n\":1", with: "\"n\":1,\"n\":1") },
        { $0.replacing("\"tenant\":\"default\"", with: "\"tenant\":null") },
        { $0.replacing("\"kind\":\"provider\"", with: "\"kind\":5") }, { _ in "[]" }, { _ in "" }, { _ in "{}" },
        { $0.replacing("Ada", with: "\\u0041da") }, { $0.replacing("\"target\":\"s1\"", with: "\"target\":null") },
    ]

    @Test(arguments: foreignLines.indices)
    func aLineThatIsNotOursIsNotRead(change: Int) {
        let line = String(decoding: AuditEntry(auditDraft(1), behind: .start).line, as: UTF8.self)
        #expect(AuditEntry(line: Data(line.utf8)) != nil)
        let changed = Self.foreignLines[change](line)
        #expect(changed != line)
        #expect(AuditEntry(line: Data(changed.utf8)) == nil, "\(changed)")
    }

    @Test func aHeadIsOneTextForPeople() {
        let head = AuditEntry(auditDraft(1), behind: .start).head
        #expect(AuditHead(head.description) == head)
        for text in [
            "", "1", "1:", "x:\(head.hash)", "-1:\(head.hash)", "1:\(head.hash)0", "1:\(head.hash.uppercased())",
        ] {
            #expect(AuditHead(text) == nil, "\(text)")
        }
    }

    @Test func aPrincipalIsAnActor() {
        let session = SessionID(trusted: "ses_1")
        let principal = Principal(
            tenant: "t", id: "usr_1", name: "Ada", roles: [], credential: .session(session))
        let actor = AuditActor(principal, address: "::1")
        #expect(actor == AuditActor(id: "usr_1", name: "Ada", credential: .session(session), address: "::1"))
        let foreign = Principal(tenant: "t", id: "i|s", name: "n", roles: [], credential: .foreign(issuer: "i"))
        #expect(AuditActor(foreign).credential == AuditActor.Credential(kind: "foreign", id: "i"))
    }
}
