import FoundationEssentials
import Testing
import TuttiAccess

/// The list of what is kept in the audit log.
struct AuditActionTests {
    @Test func eachHasAWordAndASentenceOfItsOwn() {
        let all = AuditAction.all
        #expect(Set(all.map(\.text)).count == all.count)
        #expect(Set(all.map(\.sentence)).count == all.count)
        for action in all {
            #expect(action.text.split(separator: ".").count == 2, "\(action)")
            #expect(action.sentence.hasSuffix("."), "\(action)")
            #expect(AuditAction(text: action.text).sentence == action.sentence)
        }
    }

    @Test func theListForgetsNone() throws {
        let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
        let source = try String(
            contentsOfFile: root + "/Sources/TuttiAccess/Audit/AuditAction.swift", encoding: .utf8)
        #expect(source.split(separator: "\n").count { $0.contains(" = AuditAction(\"") } == AuditAction.all.count)
    }

    @Test func aWordOfANewerReleaseIsKept() {
        let action = AuditAction(text: "moon.landed")
        #expect(action.text == "moon.landed")
        #expect(action.sentence == "")
    }
}
