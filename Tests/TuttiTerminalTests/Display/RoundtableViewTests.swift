import Testing

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("The live block of a roundtable")
struct RoundtableViewTests {
    static let title = "A plan for the tea shop"

    /// Without the spaces at the ends of lines.
    static func text(_ lines: [StyledLine]) -> String {
        lines.map { line in
            var text = line.text
            while text.last == " " { text.removeLast() }
            return text
        }.joined(separator: "\n")
    }

    static let atWork: [(Int, String)] = [
        (
            40,
            """
            A plan for the tea shop    round 1 of 3
            ● product       0.4 s  1c 2h 4m
            ● engineering    12 s  3h 5l
            ◐ ai-risk        40 s
              r1  █▓▓▓▓▓▒▒▒░░░░ 15
            """
        ),
        (
            80,
            """
            A plan for the tea shop                                            round 1 of 3
            ● product     done      0.4 s  1 critical  2 high  4 medium
            ● engineering done       12 s  3 high  5 low
            ◐ ai-risk     running    40 s
              round 1  ██▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒░░░░░░░░ 15
            """
        ),
        (
            120,
            """
            A plan for the tea shop                                                                 round 1 of 3
            ● product     done      0.4 s  1 critical  2 high  4 medium
            ● engineering done       12 s  3 high  5 low
            ◐ ai-risk     running    40 s
              round 1  ███▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒░░░░░░░░░░░ 15
            """
        ),
    ]

    @Test(arguments: atWork) func showsCriticsAtWork(columns: Int, expected: String) {
        let lines = Scenario.block(
            Scenario.ordinary, title: Self.title, columns: columns, after: 6, at: .seconds(40))
        #expect(Self.text(lines) == expected)
    }

    static let atTheEnd: [(Int, String)] = [
        (
            40,
            """
            A plan for the tea shop    round 2 of 3
            ● product       0.3 s  1m
            ✕ engineering          no answer withi…
            ● ai-risk       0.2 s  2l
              r1  █▓▓▓▓▓▒▒▒░░░░ 15
              r2  ▒░░ 3
            ● converged after 2 rounds
            no open finding reaches high
            """
        ),
        (
            80,
            """
            A plan for the tea shop                                            round 2 of 3
            ● product     done      0.3 s  1 medium
            ✕ engineering failed           no answer within 60 s
            ● ai-risk     done      0.2 s  2 low
              round 1  ██▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒░░░░░░░░ 15
              round 2  ▒▒░░░░ 3
            ● converged after 2 rounds
            no open finding reaches high
            """
        ),
    ]

    @Test(arguments: atTheEnd) func showsTheEnd(columns: Int, expected: String) {
        #expect(Self.text(Scenario.block(Scenario.ordinary, title: Self.title, columns: columns)) == expected)
    }

    @Test func showsTheModerator() {
        let lines = Scenario.block(Scenario.ordinary, title: "", columns: 80, after: 10)
        #expect(lines[4].text == "● moderator   done             +31 -4 lines")
        #expect(lines[4].pieces.contains(.init(text: "+31", role: .insertion)))
    }

    @Test func hostileDataStaysInItsPlace() {
        let lines = Scenario.block(Scenario.hostile, title: Scenario.hostileTitle, columns: 40)
        #expect(
            Self.text(lines) == """
                計画書 非常に長い題名 …   round 1 of 10
                ● bad             0.0 s  123456c
                ◐ 評論家評論家…  2h 00m
                ✕ third                  line 1 line 2…
                  r1  █████████████ 123456
                決 決 決 決 決 決 決 決 決 決 決 決 決…
                """)
    }

    @Test(arguments: Array(1...130)) func isNeverWiderThanItsColumns(columns: Int) {
        for (events, title) in [(Scenario.ordinary, Self.title), (Scenario.hostile, Scenario.hostileTitle)] {
            for count in 0...events.count {
                for line in Scenario.block(events, title: title, columns: columns, after: count) {
                    #expect(line.width <= max(columns - 1, 1))
                    #expect(!line.text.unicodeScalars.contains { $0.properties.generalCategory == .control })
                }
            }
        }
    }

    @Test func aCriticThatIsTriedAgainCountsOnce() {
        var state = RoundtableState(title: "t")
        state.apply(.roundStarted(round: 1, maximum: 1), at: .zero)
        for _ in 1...3 {
            state.apply(.criticFinished(id: "a", findings: .init(high: 2), seconds: 1), at: .zero)
        }
        #expect(RoundtableView(state, columns: 80, now: .zero).lines.last?.text.hasSuffix(" 2") == true)
    }

    @Test func isBounded() {
        var state = RoundtableState(title: "t")
        for round in 1...50 {
            state.apply(.roundStarted(round: round, maximum: 50), at: .zero)
            for critic in 1...500 {
                state.apply(.criticFinished(id: "c\(critic)", findings: .init(low: 1), seconds: 1), at: .zero)
            }
        }
        let lines = RoundtableView(state, columns: 80, now: .zero).lines
        #expect(lines.count == 1 + RoundtableState.criticsMax + RoundtableState.roundsMax)
    }

    @Test(arguments: RoundtableEnding.allCases) func everyEndIsNamed(ending: RoundtableEnding) {
        let events: [(RoundtableProgress, Duration)] = [(.finished(ending), .zero)]
        let last = Scenario.block(events, title: "", columns: 80).last
        #expect(last?.text == "\(ending.state.glyph) \(ending.rawValue) after 0 rounds")
    }
}

@Suite("The plain lines of a roundtable")
struct RoundtableLogTests {
    @Test func printsOneLineForEachEvent() {
        let lines = Scenario.ordinary.map { RoundtableLog.line(for: $0.0).text }
        #expect(
            lines.suffix(11).joined(separator: "\n") == """
                  ◐ moderator edits
                  ● moderator: 31 lines in, 4 out
                round 2 of 3
                  ◐ product reads
                  ◐ engineering reads
                  ◐ ai-risk reads
                  ● product: 1 medium, 0.3 s
                  ✕ engineering failed: no answer within 60 s
                  ● ai-risk: 2 low, 0.2 s
                  no open finding reaches high
                ● converged
                """)
    }

    @Test func hostileEventsStayOneShortLine() {
        for (event, _) in Scenario.hostile {
            let line = RoundtableLog.line(for: event)
            #expect(line.width <= 210)
            #expect(!line.text.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }
}

@Suite("Durations for people")
struct TimeTextTests {
    static let cases: [(Duration, String)] = [
        (.zero, "0.0 s"), (.seconds(-5), "0.0 s"), (.milliseconds(9999), "9.9 s"), (.milliseconds(59_999), "59 s"),
        (.seconds(60), "1m 00s"), (.seconds(3599), "59m 59s"), (.seconds(3600), "1h 00m"),
        (.seconds(360_000), "100h 00m"),
    ]

    @Test(arguments: cases) func areShort(duration: Duration, text: String) {
        #expect(TimeText.short(duration) == text)
    }

    @Test(arguments: [
        (Double.nan, "0.0 s"), (.infinity, "0.0 s"), (-1, "0.0 s"), (1e300, "8760h 00m"), (1.25, "1.2 s"),
    ])
    func takeAnyNumber(seconds: Double, text: String) {
        #expect(TimeText.short(seconds: seconds) == text)
    }
}
