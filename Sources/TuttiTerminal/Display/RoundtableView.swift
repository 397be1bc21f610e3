import TuttiCore
import TuttiReadings

/// The live block of a roundtable: state in, lines out.
package struct RoundtableView: Sendable {
    private let state: RoundtableState
    private let columns: Int
    private let now: Duration

    /// Below this many columns words are left out and only glyphs, numbers and letters stand.
    private static let narrow = 60
    /// Wider is not easier to read.
    private static let columnsMax = 100

    /// - Parameters:
    ///   - columns: of the terminal; the last one stays free.
    ///   - now: the clock that ``RoundtableState/apply(_:at:)`` was given.
    package init(_ state: RoundtableState, columns: Int, now: Duration) {
        self.state = state
        self.columns = min(max(columns - 1, 1), Self.columnsMax)
        self.now = now
    }

    /// The block from top to bottom.
    package var lines: [StyledLine] {
        var lines = [heading]
        lines += state.critics.map(line)
        if let moderator = state.moderator { lines.append(line(moderator)) }
        lines += history
        if let ending = state.ending { lines.append(line(ending)) }
        if let verdict = state.verdict { lines.append(StyledLine(verdict)) }
        return lines.map { $0.truncated(to: columns) }
    }

    private var isNarrow: Bool { columns < Self.narrow }

    private var heading: StyledLine {
        let place = StyledLine(state.round > 0 ? "round \(state.round) of \(state.maximum)" : "starting", .muted)
        let title = StyledLine(state.title, .strong).padded(to: max(1, columns - place.width - 2))
        return title + "  " + place
    }

    // MARK: Who works

    private var nameWidth: Int {
        let widths = state.critics.map { TerminalText.width(of: TerminalText.sanitized($0.id)) }
        return min(max("moderator".count, widths.max() ?? 0), max(8, columns / 3))
    }

    private func line(_ critic: RoundtableState.Critic) -> StyledLine {
        switch critic.state {
        case .running(let start): row(.running, critic.id, time: elapsed(since: start), detail: "")
        case .done(let findings, let seconds):
            row(.done, critic.id, time: TimeText.short(seconds: seconds), detail: counts(findings))
        case .failed(let message): row(.failed, critic.id, time: "", detail: StyledLine(message))
        }
    }

    private func line(_ moderator: RoundtableState.Moderator) -> StyledLine {
        switch moderator {
        case .running(let start): row(.running, "moderator", time: elapsed(since: start), detail: "")
        case .done(let inserted, let deleted):
            row(
                .done, "moderator", time: "",
                detail: StyledLine("+\(inserted)", .insertion) + " " + StyledLine("-\(deleted)", .deletion)
                    + (isNarrow ? "" : StyledLine(" lines", .muted)))
        }
    }

    private func elapsed(since start: Duration) -> String { TimeText.short(now - start) }

    private func row(_ glyph: StateGlyph, _ name: String, time: String, detail: StyledLine) -> StyledLine {
        var line = StyledLine(glyph.glyph, glyph.role) + " " + StyledLine(name).padded(to: nameWidth) + " "
        if !isNarrow { line += StyledLine(glyph.word, glyph.role).padded(to: 8) }
        return line + StyledLine(time, .muted).padded(to: 7, alignment: .trailing) + "  " + detail
    }

    /// `1 critical  2 high`, or `1c 2h` when there is little room.
    private func counts(_ findings: SeverityCounts) -> StyledLine {
        guard findings.total > 0 else { return StyledLine(isNarrow ? "none" : "no findings", .muted) }
        var line = StyledLine()
        for severity in Severity.allCases where findings[severity] > 0 {
            if !line.pieces.isEmpty { line += isNarrow ? " " : "  " }
            let word = isNarrow ? String(severity.rawValue.prefix(1)) : " " + severity.rawValue
            line += StyledLine("\(findings[severity])\(word)", Role(severity))
        }
        return line
    }

    // MARK: How it goes

    private var history: [StyledLine] {
        let widest = state.rounds.compactMap(\.findings?.total).max() ?? 0
        guard widest > 0 else { return [] }
        return state.rounds.compactMap { round in
            guard let findings = round.findings else { return nil }
            let label = StyledLine((isNarrow ? "r" : "round ") + "\(round.number)", .muted)
            let bar = FindingsBar(counts: findings, full: widest, columns: max(4, columns / 3)).line
            return StyledLine("  ") + label.padded(to: isNarrow ? 4 : 9) + bar + StyledLine(" \(findings.total)")
        }
    }

    private func line(_ ending: RoundtableEnding) -> StyledLine {
        let count = state.round == 1 ? "1 round" : "\(state.round) rounds"
        let glyph = ending.state
        return StyledLine("\(glyph.glyph) \(ending.rawValue)", glyph.role) + StyledLine(" after \(count)", .muted)
    }
}

/// A bar whose length is the number of findings; colour and shade are their severity.
struct FindingsBar {
    let counts: SeverityCounts
    /// The number that fills all columns.
    let full: Int
    let columns: Int

    private static let shades: [Severity: String] = [.critical: "█", .high: "▓", .medium: "▒", .low: "░"]

    var line: StyledLine {
        var line = StyledLine()
        var seen = 0
        var drawn = 0
        for severity in Severity.allCases {
            seen += counts[severity]
            // Rounded up, so that a single finding is seen; measured from the start, so that errors do not add up.
            let end = full > 0 ? (seen * columns + full - 1) / full : 0
            let shade = String(repeating: Self.shades[severity] ?? "", count: end - drawn)
            line += StyledLine(shade, Role(severity))
            drawn = end
        }
        return line
    }
}
