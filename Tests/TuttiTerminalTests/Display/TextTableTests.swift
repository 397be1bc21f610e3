import Testing
import TuttiReadings
import TuttiTerminal

@Suite("Tables")
struct TextTableTests {
    static var runs: TextTable {
        var table = TextTable([
            .init("RUN"), .init("STATE"), .init("TITLE", isFlexible: true), .init("STEPS", alignment: .trailing),
        ])
        table.add(["run_01k9a", StyledLine("● completed", .good), "A plan for the tea shop", "12"])
        table.add(["run_01k9b", StyledLine("✕ failed", .bad), "店の計画書と長い題名", "7"])
        return table
    }

    @Test func alignsByWhatIsSeen() {
        #expect(
            Self.runs.lines(width: nil).map(\.text) == [
                "RUN        STATE        TITLE                    STEPS",
                "run_01k9a  ● completed  A plan for the tea shop     12",
                "run_01k9b  ✕ failed     店の計画書と長い題名         7",
            ])
    }

    @Test func shortensTheFlexibleColumn() {
        #expect(
            Self.runs.lines(width: 44).map(\.text) == [
                "RUN        STATE        TITLE          STEPS",
                "run_01k9a  ● completed  A plan for t…     12",
                "run_01k9b  ✕ failed     店の計画書と…      7",
            ])
    }

    @Test(arguments: Array(0...60)) func isNeverTooWide(width: Int) {
        #expect(Self.runs.lines(width: width).allSatisfy { $0.width <= width })
    }

    @Test func anEmptyTableIsItsHeading() {
        #expect(TextTable([.init("A"), .init("B")]).lines(width: 80).map(\.text) == ["A  B"])
    }

    @Test func lastColumnIsNotFilledUp() {
        var table = TextTable([.init("A"), .init("B")])
        table.add(["1", "a long cell"])
        table.add(["2", "x"])
        #expect(table.lines(width: nil).map(\.text) == ["A  B", "1  a long cell", "2  x"])
    }
}
