/// Sorts findings into open ones and those that a comment of the author silences.
struct Silencing {
    private struct Scope {
        var codes: Set<String>
        var lines: ClosedRange<Int>
        var reason: String
    }

    private let scopes: [Scope]

    init(document: Document) {
        scopes = document.silences.filter { !$0.reason.isEmpty }.map { silence in
            Scope(codes: Set(silence.codes), lines: Self.lines(of: silence, in: document), reason: silence.reason)
        }
    }

    func sort(_ findings: [Finding]) -> (open: [Finding], silenced: [SilencedFinding]) {
        guard !scopes.isEmpty else { return (findings, []) }
        var open: [Finding] = []
        var silenced: [SilencedFinding] = []
        for finding in findings {
            if let scope = scopes.first(where: { $0.codes.contains(finding.code) && $0.lines.contains(finding.line) }) {
                silenced.append(SilencedFinding(finding: finding, reason: scope.reason))
            } else {
                open.append(finding)
            }
        }
        return (open, silenced)
    }

    /// The 1-based lines a directive speaks about: the document, the section whose heading follows, or the paragraph,
    /// list or table that follows.
    private static func lines(of silence: SilenceDirective, in document: Document) -> ClosedRange<Int> {
        guard !silence.wholeDocument else { return 1...max(1, document.lines.count) }
        guard let next = document.blocks.firstIndex(where: { $0.lines.lowerBound >= silence.line }) else {
            return silence.line + 1...silence.line + 1
        }
        let block = document.blocks[next]
        if block.isHeading {
            let lines = document.sections[block.section].lines
            return lines.lowerBound + 1...max(lines.lowerBound + 1, lines.upperBound)
        }
        var last = next
        while last + 1 < document.blocks.count, continues(block, document.blocks[last + 1]) { last += 1 }
        return block.lines.lowerBound + 1...max(block.lines.lowerBound + 1, document.blocks[last].lines.upperBound)
    }

    private static func continues(_ first: Block, _ next: Block) -> Bool {
        first.isListItem ? next.isListItem || next.isInList : first.isTable && next.isTable
    }
}
