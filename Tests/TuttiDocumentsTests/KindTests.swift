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

    @Test(arguments: [
        ("## Background\n\na\n\n## Goals\n\nb\n\n## How it works\n\nc\n\n## Rollout\n\nd", DocumentKind.prd),
        ("### Scope\n\na\n\n### AC\n\n- b\n\n### Estimate\n\n3 days", .prd),
        ("points v2, a quick brief\n\nGoals: more of them.\n\nPlan: in May.", .prd),
        ("## Problem\n\na\n\n## Goals\n\nb\n\n## Proposal\n\nc\n\n## Alternatives\n\nd\n\n## Plan\n\ne", .rfc),
        ("**Status:** draft\n\n## Proposal\n\nc\n\n## Alternatives\n\nd", .rfc),
        ("the pager says `full`\n\n1. look\n2. wait\n3. go\n\n```\nsystemctl restart kafka\n```", .runbook),
        ("Present: Ana, Bo\n\n## Goals\n\na\n\n## Plan\n\nb\n\n## How\n\nc\n\n## Why\n\nd", .generic),
        ("Dear Ms Hart,\n\n## Why\n\na\n\n## Goals\n\nb\n\n## Plan\n\nc", .generic),
        ("## Why\n\na\n\n## How\n\nb\n\n## Next steps\n\nc", .generic),
        ("## Install\n\na\n\n## Usage\n\nb\n\n## Goals\n\nc\n\n## Design\n\nd\n\n## License\n\ne", .readme),
    ])
    func looseHeadingsTellTheKindToo(text: String, kind: DocumentKind) {
        #expect(DocumentKind.detect(in: Document(text: "# Points\n\n" + text)).kind == kind)
    }

    @Test func aReadmeIsNotAskedForARollout() {
        let text =
            "# Tool\n\nRun it for users.\n\n## Installation\n\nCopy it.\n\n## Features\n\n- Fast and easy to use."
        let document = Document(text: text)
        let kind = DocumentKind.detect(in: document).kind
        #expect(Rulebook.standard.rawFindings(document, kind: kind) == [])
    }
}
