import TestProcess
import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore

/// What every audit log does, in a file and in memory.
struct AuditLogTests {
    enum Kind: CaseIterable {
        case file, memory
    }

    private func withLog(_ kind: Kind, _ body: (any AuditLog) async throws -> Void) async throws {
        switch kind {
        case .memory: try await body(MemoryAuditLog())
        case .file:
            let home = try TestFolder()
            let store = SQLiteAccessStore(home: home.path)
            try await body(store)
            await store.close()
        }
    }

    @Test(arguments: Kind.allCases)
    func numbersAndBindsWhatIsAdded(kind: Kind) async throws {
        try await withLog(kind) { log in
            #expect(try await log.head() == .start)
            #expect(try await log.verify() == .whole(AuditSpan(start: .start, head: .start)))
            #expect(try await log.append([]) == [])
            let first = try await log.append([auditDraft(1), auditDraft(2)])
            let second = try await log.append([auditDraft(3)])
            #expect((first + second).map(\.n) == [1, 2, 3])
            #expect(first[0].previous == AuditHead.start.hash)
            #expect(first[1].previous == first[0].hash)
            #expect(second[0].previous == first[1].hash)
            #expect((first + second).map(\.draft) == [auditDraft(1), auditDraft(2), auditDraft(3)])
            let head = try await log.head()
            #expect(head == second[0].head)
            #expect(try await log.verify() == .whole(AuditSpan(start: .start, head: head)))
            #expect(try await log.entries(AuditFilter(order: .oldestFirst)) == first + second)
            #expect(try await log.size().entries == 3)
            #expect(try await log.size().warning == nil)
        }
    }

    @Test(arguments: Kind.allCases)
    func keepsEveryTextAsItIs(kind: Kind) async throws {
        try await withLog(kind) { log in
            for text in AuditEntryTests.texts {
                var draft = auditDraft(1)
                draft.actor.name = text
                draft.details = ["text": text]
                let kept = try await log.append([draft])
                let read = try await log.entries(AuditFilter(limit: 1))
                #expect(read == kept)
                #expect(read.first?.draft.actor.name.utf8.elementsEqual(text.utf8) == true)
            }
            #expect(place(try await log.verify()) == nil)
        }
    }

    @Test(arguments: Kind.allCases)
    func refusesWhatIsNoEntryAndKeepsNothingOfIt(kind: Kind) async throws {
        try await withLog(kind) { log in
            var bad = auditDraft(2)
            bad.details["Bad Name"] = ""
            await #expect(throws: AuditError.self) { try await log.append([auditDraft(1), bad]) }
            let many = Array(repeating: auditDraft(1), count: AuditLimits.appendMax + 1)
            let error = await #expect(throws: AuditError.self) { try await log.append(many) }
            #expect(error?.kind == .invalid)
            #expect(error?.message.contains("256") == true)
            let head = try await log.head()
            #expect(head == .start)
            let most = try await log.append(Array(many.dropFirst()))
            #expect(most.count == AuditLimits.appendMax)
        }
    }

    @Test(arguments: Kind.allCases)
    func findsWhatIsAskedFor(kind: Kind) async throws {
        try await withLog(kind) { log in
            func add(
                _ action: AuditAction, _ actor: String?, _ target: AuditTarget?, tenant: String = "a", at time: Int64
            ) async throws {
                let actor = AuditActor(id: actor, name: "n", credential: .nobody)
                try await log.append(
                    AuditDraft(
                        time: Timestamp(milliseconds: time), tenant: tenant, actor: actor, action: action,
                        target: target))
            }
            let user = AuditTarget(kind: "user", id: "x")
            try await add(.loginFailed, nil, user, at: 10)
            try await add(.loginSucceeded, "x", user, at: 20)
            try await add(.secretWritten, "x", AuditTarget(kind: "secret", id: "x"), at: 30)
            try await add(.loginFailed, nil, nil, tenant: "b", at: 30)
            try await add(AuditAction(text: "loginx.failed"), "y", nil, at: 40)
            func found(_ filter: AuditFilter) async throws -> [Int64] { try await log.entries(filter).map(\.n) }
            func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
            #expect(try await found(AuditFilter()) == [5, 4, 3, 2, 1])
            #expect(try await found(AuditFilter(order: .oldestFirst)) == [1, 2, 3, 4, 5])
            #expect(try await found(AuditFilter(limit: 2)) == [5, 4])
            #expect(try await found(AuditFilter(behind: 4, limit: 2)) == [3, 2])
            #expect(try await found(AuditFilter(behind: 4, order: .oldestFirst)) == [5])
            #expect(try await found(AuditFilter(tenant: "a")) == [5, 3, 2, 1])
            #expect(try await found(AuditFilter(tenant: "")) == [])
            #expect(try await found(AuditFilter(actor: "x")) == [3, 2])
            #expect(try await found(AuditFilter(action: "login")) == [4, 2, 1])
            #expect(try await found(AuditFilter(action: "login.failed")) == [4, 1])
            #expect(try await found(AuditFilter(action: "login.")) == [])
            #expect(try await found(AuditFilter(action: "log%")) == [])
            #expect(try await found(AuditFilter(targetKind: "user")) == [2, 1])
            #expect(try await found(AuditFilter(target: "x")) == [3, 2, 1])
            #expect(try await found(AuditFilter(from: time(20), to: time(40))) == [4, 3, 2])
            #expect(try await found(AuditFilter(tenant: "a", action: "login", from: time(11))) == [2])
            for limit in [0, -1, AuditLimits.pageMax + 1] {
                let error = await #expect(throws: AuditError.self) { try await log.entries(AuditFilter(limit: limit)) }
                #expect(error?.kind == .invalid)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func verifiesAPartAndAgainstAHead(kind: Kind) async throws {
        try await withLog(kind) { log in
            var heads: [AuditHead] = [.start]
            for number in 1...5 { heads += try await log.append([auditDraft(number)]).map(\.head) }
            for head in heads { #expect(place(try await log.verify(expecting: head)) == nil) }
            for first in 1...5 {
                let span = AuditSpan(start: heads[first - 1], head: heads[5])
                #expect(try await log.verify(from: Int64(first)) == .whole(span))
            }
            #expect(try await log.verify(from: 6) == .whole(AuditSpan(start: heads[5], head: heads[5])))
            let other = AuditHead(n: 3, hash: heads[4].hash)
            #expect(place(try await log.verify(expecting: other)) == AuditBreak(.otherHead, at: 3))
            let later = AuditHead(n: 9, hash: heads[4].hash)
            #expect(place(try await log.verify(expecting: later)) == AuditBreak(.cutTail, at: 6))
            for first: Int64 in [0, -1, 7, .max, .min] {
                let error = await #expect(throws: AuditError.self) { try await log.verify(from: first) }
                #expect(error?.kind == .invalid, "\(first)")
            }
            let before = await #expect(throws: AuditError.self) {
                try await log.verify(from: 4, expecting: heads[1])
            }
            #expect(before?.kind == .invalid)
        }
    }

    @Test func verifiesMoreThanAPage() async throws {
        let log = MemoryAuditLog()
        for _ in 0..<10 { _ = try await log.append(Array(repeating: auditDraft(1), count: AuditLimits.appendMax)) }
        let head = try await log.head()
        #expect(head.n == 2560)
        #expect(try await log.verify(expecting: head) == .whole(AuditSpan(start: .start, head: head)))
        let lines = try await exported(log)
        #expect(lines.count == 2561)
    }

    @Test func warnsOfALongLog() {
        let head = AuditHead(n: AuditLimits.entriesWarned + 5, hash: "")
        #expect(AuditSize(anchor: .start, head: head).warning?.contains("tutti audit export") == true)
        #expect(AuditSize(anchor: AuditHead(n: 5, hash: ""), head: head).warning == nil)
    }

    @Test func theOneInMemoryIsBoundedAndCanBeMadeToFail() async throws {
        let log = MemoryAuditLog(entriesMax: 1)
        try await log.append(auditDraft(1))
        let full = await #expect(throws: AuditError.self) { try await log.append(auditDraft(2)) }
        #expect(full?.kind == .full)
        await log.fail(with: AuditError(.unusable, "no"))
        let failed = await #expect(throws: AuditError.self) { try await log.head() }
        #expect(failed?.kind == .unusable)
        await log.fail(with: nil)
        #expect(try await log.head().n == 1)
        #expect(await log.all.count == 1)
    }
}
