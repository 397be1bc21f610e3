import Testing

@testable import TuttiDocuments

struct KindTests {
    @Test func anUnknownNameListsTheKinds() {
        #expect(throws: UnknownDocumentKind(name: "memo")) { try DocumentKind(named: "memo") }
        let text = UnknownDocumentKind(name: "memo").description
        for kind in DocumentKind.allCases { #expect(text.contains(kind.rawValue)) }
    }

    @Test func namesAreReadInAnyCase() throws {
        #expect(try DocumentKind(named: "PRD") == .prd)
        #expect(try DocumentKind(named: "document") == .generic)
        #expect(try DocumentKind(named: "Generic") == .generic)
    }

    @Test(arguments: [
        ("# PRD: cart\n\ntext", DocumentKind.prd), ("# RFC 12: keys\n\ntext", .rfc),
        ("# Architecture of the shop\n\ntext", .architecture), ("# Runbook: disk full\n\ntext", .runbook),
        ("# Cart\n\n## Problem\n\na\n\n## Users\n\nb\n\n## Goals\n\nc", .prd),
        ("# Keys\n\n## Motivation\n\na\n\n## Drawbacks\n\nb\n\n## Prior art\n\nc", .rfc),
        ("# Tool\n\n## Installation\n\na\n\n## Usage\n\nb\n\n## License\n\nMIT", .readme),
        (
            "LEAVE TOOL\n\nGoals\n\n"
                + String(repeating: "The tool should be there. People must see it. ", count: 4), .prd
        ),
        (
            "Queue is stuck\n===\n\nAlert: `wait > 10m`\n\n## Verify\n\n```\nkubectl get pods\nredis-cli ping\n```",
            .runbook
        ),
        (
            "Skip to content\n\nHistory\n\nSystem Architecture of Proximus\n\nIt is one program with two parts.",
            .architecture
        ),
        ("# My summer\n\nIt was warm.", .generic), ("", .generic), ("# Goals\n\nBe kind.", .generic),
    ])
    func theKindFollowsFromTitleAndHeadings(text: String, kind: DocumentKind) {
        let detection = DocumentKind.detect(in: Document(text: text))
        #expect(detection.kind == kind)
        #expect(detection.evidence.isEmpty == (kind == .generic))
    }

    @Test func aReadmeIsNotAskedForARollout() {
        let text =
            "# Tool\n\nRun it for users.\n\n## Installation\n\nCopy it.\n\n## Features\n\n- Fast and easy to use."
        let document = Document(text: text)
        let kind = DocumentKind.detect(in: document).kind
        #expect(Rulebook.standard.rawFindings(document, kind: kind) == [])
    }
}
