import Testing
import TuttiTerminal

@Suite("Help pages")
struct HelpTextTests {
    static let table = CommandTable.release
    static let help = HelpText(table: table)

    @Test func theProgramsPageListsEverything() {
        let page = Self.help.page(for: [])
        for name in Self.table.continuations(of: []) { #expect(page.contains("\n  \(name) ")) }
        for code in ExitCode.allCases { #expect(page.contains("\n  \(code.rawValue)")) }
    }

    @Test(arguments: table.commands) func aCommandsPageNamesAllItTakes(command: Command) {
        let page = Self.help.page(for: command.path)
        for flag in Self.table.flags(of: command) { #expect(page.contains(flag.spelling)) }
        for word in command.words { #expect(page.contains(word.name)) }
        for example in command.examples { #expect(page.contains(example)) }
    }

    @Test(arguments: [[]] + table.groups.map { [$0.name] } + table.commands.map(\.path))
    func fitsEightyColumns(path: [String]) {
        for line in Self.help.page(for: path).split(separator: "\n") where line.count > 80 {
            Issue.record("\(line.count) columns: \(line)")
        }
    }

    @Test func saysDefaultsRangesAndWhereElseToSetThem() {
        let page = Self.help.page(for: ["roundtable"]).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            page.contains(
                "(a whole number from 1 to 10; default 3; environment TUTTI_ROUNDTABLE_MAX_ITERATIONS)"))
    }

    @Test func showsRequiredFlagsInTheUsage() {
        let page = Self.help.page(for: ["bench", "crash"])
        #expect(page.contains("Usage: tutti bench crash --phase PHASE --log FILE [FLAGS]"))
    }

    @Test func aGroupListsItsCommands() {
        #expect(
            Self.help.page(for: ["db"]) == """
                tutti db: Look after the database

                Usage: tutti db COMMAND [FLAGS]

                Commands:
                  db status     Show the version and size of the database
                  db upgrade    Bring the database to this program's version
                  db downgrade  Bring the database back to an older version
                  db prune      Remove ended runs by age and count

                More about a command: tutti db COMMAND --help

                """)
    }
}
