import TuttiReadings
import TuttiTerminal

/// Stories that the roundtable's displays are shown.
enum Scenario {
    /// Two rounds: the second converges.
    static let ordinary: [(RoundtableProgress, Duration)] = [
        (.roundStarted(round: 1, maximum: 3), .zero),
        (.criticStarted(id: "product"), .zero),
        (.criticStarted(id: "engineering"), .zero),
        (.criticStarted(id: "ai-risk"), .zero),
        (.criticFinished(id: "product", findings: .init(critical: 1, high: 2, medium: 4), seconds: 0.42), .seconds(1)),
        (.criticFinished(id: "engineering", findings: .init(high: 3, low: 5), seconds: 12.3), .seconds(12)),
        (.criticFinished(id: "ai-risk", findings: .init(), seconds: 75), .seconds(75)),
        (.verdict("1 critical and 5 high findings are open"), .seconds(75)),
        (.moderatorStarted, .seconds(75)),
        (.moderatorFinished(inserted: 31, deleted: 4), .seconds(80)),
        (.roundStarted(round: 2, maximum: 3), .seconds(80)),
        (.criticStarted(id: "product"), .seconds(80)),
        (.criticStarted(id: "engineering"), .seconds(80)),
        (.criticStarted(id: "ai-risk"), .seconds(80)),
        (.criticFinished(id: "product", findings: .init(medium: 1), seconds: 0.3), .seconds(81)),
        (.criticFailed(id: "engineering", message: "no answer within 60 s"), .seconds(82)),
        (.criticFinished(id: "ai-risk", findings: .init(low: 2), seconds: 0.2), .seconds(83)),
        (.verdict("no open finding reaches high"), .seconds(83)),
        (.finished(.converged), .seconds(83)),
    ]

    static let hostileTitle = "\u{1B}]0;owned\u{7}計画書\u{1B}[31m " + String(repeating: "非常に長い題名 ", count: 40)

    /// Everything that comes from outside wants to break the screen.
    static let hostile: [(RoundtableProgress, Duration)] = [
        (.roundStarted(round: 1, maximum: 10), .zero),
        (.criticStarted(id: "\u{1B}[2Jbad\r\n"), .zero),
        (.criticStarted(id: String(repeating: "評論家", count: 60)), .zero),
        (.criticFinished(id: "\u{1B}[2Jbad\r\n", findings: .init(critical: 123_456), seconds: .nan), .seconds(1)),
        (.criticStarted(id: "third"), .seconds(2)),
        (
            .criticFailed(id: "third", message: "line 1\nline 2\u{1B}[1A" + String(repeating: "x", count: 500)),
            .seconds(2)
        ),
        (.verdict("\u{202E}\u{9B}2J" + String(repeating: "決 ", count: 300)), .seconds(7200)),
    ]

    /// The block after the first so many events.
    static func block(
        _ events: [(RoundtableProgress, Duration)], title: String, columns: Int, after count: Int = .max,
        at now: Duration? = nil
    ) -> [StyledLine] {
        var state = RoundtableState(title: title)
        for (event, time) in events.prefix(count) { state.apply(event, at: time) }
        let last = events.prefix(count).last?.1 ?? .zero
        return RoundtableView(state, columns: columns, now: now ?? last).lines
    }
}
