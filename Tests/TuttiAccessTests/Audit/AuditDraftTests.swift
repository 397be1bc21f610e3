import Testing
import TuttiAccess
import TuttiCore

/// The bounds of what is kept.
struct AuditDraftTests {
    private func refusal(_ change: (inout AuditDraft) -> Void) -> String? {
        var draft = auditDraft(1)
        change(&draft)
        do throws(AuditError) {
            _ = try draft.fitted()
            return nil
        } catch {
            #expect(error.kind == .invalid)
            return error.message
        }
    }

    @Test func whatTheProgramSaysWronglyIsRefused() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.action = AuditAction(text: "User Registered") }?.contains("`action`") == true)
        #expect(refusal { $0.action = AuditAction(text: "") }?.contains("`action`") == true)
        #expect(refusal { $0.outcome = AuditOutcome(text: "Done") }?.contains("`outcome`") == true)
        #expect(refusal { $0.actor.credential.kind = "" }?.contains("`credential kind`") == true)
        #expect(refusal { $0.target?.kind = "a b" }?.contains("`target kind`") == true)
        #expect(refusal { $0.details["a b"] = "" }?.contains("`details`") == true)
        #expect(refusal { $0.details[String(repeating: "a", count: 65)] = "" }?.contains("`details`") == true)
        #expect(refusal { $0.time = Timestamp(milliseconds: -1) }?.contains("`time`") == true)
        #expect(refusal { $0.time = Timestamp(milliseconds: .max) }?.contains("`time`") == true)
        let seventeen = Dictionary(uniqueKeysWithValues: (1...17).map { ("d\($0)", "") })
        #expect(refusal { $0.details = seventeen }?.contains("16") == true)
    }

    @Test func longTextsOfStrangersAreCut() throws {
        var draft = auditDraft(1)
        let long = String(repeating: "😀", count: 64 << 10)
        draft.actor.name = long
        draft.actor.address = long
        draft.actor.id = long
        draft.actor.credential.id = long
        draft.tenant = long
        draft.target?.id = long
        draft.request = long
        draft.details = Dictionary(uniqueKeysWithValues: (1...16).map { ("d\($0)", long) })
        let kept = try draft.fitted()
        for text in [
            kept.actor.name, kept.actor.address, kept.actor.id, kept.actor.credential.id, kept.tenant, kept.target?.id,
            kept.request,
        ] {
            #expect(text?.utf8.count == 1023)
            #expect(text?.hasSuffix("😀…") == true)
        }
        #expect(kept.details.values.allSatisfy { $0.utf8.count <= 4096 && $0.hasSuffix("…") })
        #expect(try kept.fitted() == kept)
        #expect(AuditEntry(kept, behind: .start).line.count < AuditLimits.lineBytesMax)
    }

    @Test func anEntryFullOfEscapesFitsALine() throws {
        var draft = auditDraft(1)
        let long = String(repeating: "\u{1}", count: 64 << 10)
        draft.actor.name = long
        draft.details = Dictionary(uniqueKeysWithValues: (1...16).map { ("d\($0)", long) })
        #expect(AuditEntry(try draft.fitted(), behind: .start).line.count < AuditLimits.lineBytesMax)
    }

    @Test func oneCharacterCanBeLongAndIsCutAsWell() throws {
        var draft = auditDraft(1)
        draft.actor.name = "e" + String(repeating: "\u{301}", count: 4000)
        #expect(try draft.fitted().actor.name.utf8.count <= 1024)
    }

    @Test func aTextAtItsBoundStays() throws {
        var draft = auditDraft(1)
        draft.actor.name = String(repeating: "x", count: AuditLimits.textBytesMax)
        draft.details = ["d": String(repeating: "x", count: AuditLimits.detailBytesMax)]
        #expect(try draft.fitted() == draft)
    }
}
