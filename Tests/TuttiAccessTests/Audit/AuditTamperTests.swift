import TestProcess
import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore

/// Whatever somebody does to the file from outside is found, at its place.
struct AuditTamperTests {
    /// What is done to a log of eight entries, and what is found.
    static let attacks: [(script: String, place: AuditBreak)] = [
        ("update audit set time = time + 1 where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set time = -1 where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set time = 9223372036854775807 where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set time = -9223372036854775808 where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set tenant = 'x' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set actor = null where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set actor = '' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set name = 'Eve' where n = 1", AuditBreak(.changed, at: 1)),
        ("update audit set name = 'Ada' || char(0) where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set name = cast(x'ff' as text) where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set credential_kind = 'session' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set credential = 'key_2' where n = 8", AuditBreak(.changed, at: 8)),
        ("update audit set address = '192.0.2.9' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set action = 'secret.read' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set target_kind = 'user' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set target_kind = null where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set target = 'x' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set target = null where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set outcome = 'refused' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set request = 'x' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set details = '{}' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set details = '[]' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set details = '' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set details = details || ' ' where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set details = replace(details, '}', ',\"x\":1}') where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set previous = hash where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set hash = previous where n = 5", AuditBreak(.changed, at: 5)),
        ("update audit set hash = upper(hash) where n = 8", AuditBreak(.changed, at: 8)),
        ("update audit set n = 9 where n = 8", AuditBreak(.missing, at: 8)),
        ("update audit set n = 0 where n = 1", AuditBreak(.stray, at: 0)),
        ("update audit set n = -5 where n = 8", AuditBreak(.stray, at: -5)),
        ("delete from audit where n = 1", AuditBreak(.missing, at: 1)),
        ("delete from audit where n <= 3", AuditBreak(.missing, at: 1)),
        ("delete from audit where n = 5", AuditBreak(.missing, at: 5)),
        ("delete from audit where n between 4 and 6", AuditBreak(.missing, at: 4)),
        ("delete from audit where n = 8", AuditBreak(.cutTail, at: 8)),
        ("delete from audit where n > 2", AuditBreak(.cutTail, at: 3)),
        ("delete from audit", AuditBreak(.cutTail, at: 1)),
        // The numbers of two entries are swapped, and an entry is taken out with those behind it moved up.
        (
            "update audit set n = -1 where n = 3; update audit set n = 3 where n = 6;"
                + "update audit set n = 6 where n = -1", AuditBreak(.changed, at: 3)
        ),
        ("delete from audit where n = 4; update audit set n = n - 1 where n > 4", AuditBreak(.changed, at: 4)),
        // The beginning is cut off as if it had been pruned, honestly and not.
        (
            "update audit_anchor set n = 3, hash = (select hash from audit where n = 3);"
                + "delete from audit where n <= 3", AuditBreak(.unexplainedStart, at: 3)
        ),
        (
            "update audit_anchor set n = 3, hash = 'x'; delete from audit where n <= 3", AuditBreak(.wrongLink, at: 4)
        ),
        ("update audit_anchor set n = 3, hash = (select hash from audit where n = 3)", AuditBreak(.stray, at: 1)),
        // Numbers at the end of all numbers.
        ("update audit set n = 9223372036854775807 where n = 8", AuditBreak(.missing, at: 8)),
        ("update audit set n = -9223372036854775808 where n = 8", AuditBreak(.stray, at: .min)),
        ("update audit_anchor set n = 9223372036854775807", AuditBreak(.stray, at: 1)),
        ("delete from audit_anchor", AuditBreak(.wrongLink, at: 1)),
    ]

    @Test(arguments: attacks.indices)
    func isFoundAtItsPlace(attack: Int) async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        try await store.fill(8)
        let head = try await store.head()
        #expect(place(try await store.verify(expecting: head)) == nil)
        try tamper(home, Self.attacks[attack].script)
        #expect(
            place(try await store.verify(expecting: head)) == Self.attacks[attack].place,
            "\(Self.attacks[attack].script)")
        await store.close()
    }

    /// Everything that can be written, over all fields of all entries.
    @Test func noFieldOfAnyEntryIsForgotten() async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        try await store.fill(3)
        let head = try await store.head()
        let texts = [
            "tenant", "actor", "name", "credential_kind", "credential", "address", "action", "target_kind", "target",
            "outcome", "request", "details", "previous", "hash",
        ]
        for n in 1...3 {
            for column in texts + ["time"] {
                let change = column == "time" ? "time + 1" : "\(column) || 'x'"
                let back = column == "time" ? "time - 1" : "substr(\(column), 1, length(\(column)) - 1)"
                try tamper(home, "update audit set \(column) = \(change) where n = \(n)")
                #expect(
                    place(try await store.verify(expecting: head)) == AuditBreak(.changed, at: Int64(n)), "\(column)")
                try tamper(home, "update audit set \(column) = \(back) where n = \(n)")
                #expect(place(try await store.verify(expecting: head)) == nil, "\(column)")
            }
        }
        await store.close()
    }

    @Test func aTailThatIsComputedAnewIsFoundByAHeadThatWasKept() async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        try await store.fill(8)
        let kept = try await store.head()
        let before = try await store.entries(AuditFilter(behind: 4, order: .oldestFirst))
        try tamper(home, "delete from audit where n > 4")
        for entry in before {
            var draft = entry.draft
            if entry.n == 5 { draft.actor.name = "Eve" }
            try await store.append(draft)
        }
        #expect(place(try await store.verify()) == nil, "by itself it is a chain like any other")
        #expect(place(try await store.verify(expecting: kept)) == AuditBreak(.otherHead, at: 8))
        for number in 9...12 { try await store.append(auditDraft(number)) }
        #expect(place(try await store.verify(expecting: kept)) == AuditBreak(.otherHead, at: 8))
        await store.close()
    }

    @Test func anEntryOfAnotherLogHasAWrongLink() async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        try await store.fill(3)
        // Sound in itself: its hash is over what stands in it.
        let foreign = AuditEntry(auditDraft(9), behind: AuditHead(n: 1, hash: String(repeating: "a", count: 64)))
        try tamper(
            home,
            """
            delete from audit where n = 2;
            insert into audit select 2, \(foreign.draft.time.milliseconds), tenant, actor, name, credential_kind,
                credential, address, action, target_kind, 's9', outcome, 'req-9', details, '\(foreign.previous)',
                '\(foreign.hash)' from audit where n = 3;
            """)
        #expect(place(try await store.verify()) == AuditBreak(.wrongLink, at: 2))
        #expect(place(try await store.verify(from: 3)) == AuditBreak(.wrongLink, at: 3))
        await store.close()
    }

    @Test func whatCannotBeReadIsSaidWhereverItIsMet() async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        try await store.fill(4)
        try tamper(home, "update audit set details = 'x' where n = 3")
        #expect(place(try await store.verify(from: 4)) == AuditBreak(.changed, at: 3))
        let page = await #expect(throws: AuditError.self) { try await store.entries(AuditFilter()) }
        #expect(page?.message.contains("entry 3") == true)
        #expect(try await store.entries(AuditFilter(behind: 3)).map(\.n) == [2, 1])
        let lines = LineCollector()
        let result = try await store.export(release: "0", at: Timestamp(milliseconds: 0)) {
            line throws(AuditError) in await lines.add(line)
        }
        #expect(place(result) == AuditBreak(.changed, at: 3))
        #expect(await lines.lines.count == 3, "the header, and what is whole")
        #expect(place(try AuditFile.verify(await lines.lines).verification) == AuditBreak(.cutTail, at: 3))
        await store.close()
    }
}
