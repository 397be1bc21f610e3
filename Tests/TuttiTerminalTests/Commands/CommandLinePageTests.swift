import FoundationEssentials
import Testing

@testable import TuttiTerminal

/// The page is written by hand; these keep it whole.
@Suite("The page on the command line")
struct CommandLinePageTests {
    static let page: String = {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let bytes = (try? Data(contentsOf: URL(filePath: "/\(root)/docs/command-line.md"))) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }()
    static var rows: [Substring] { page.split(separator: "\n").filter { $0.hasPrefix("| `tutti ") } }

    @Test(arguments: CommandTable.release.commands) func everyCommandHasItsRow(command: Command) throws {
        let beginning = "| `tutti " + command.name
        let row = try #require(
            Self.rows.first { $0.hasPrefix(beginning + "`") || $0.hasPrefix(beginning + " ") }, "\(command.name)")
        guard !row.hasSuffix("see `--help` |") else { return }
        for flag in command.flags where !row.contains(flag.short.map { "`-\($0)`" } ?? "`\(flag.spelling)`") {
            #expect(row.contains("`\(flag.spelling)`"), "\(command.name): \(flag.spelling) is missing on the page")
        }
    }

    @Test func noRowIsOfACommandThatDoesNotExist() {
        #expect(Self.rows.count == CommandTable.release.commands.count)
    }

    @Test(arguments: ExitCode.allCases) func everyExitCodeIsExplained(code: ExitCode) {
        #expect(Self.page.contains("\n| \(code.rawValue) | "))
    }

    @Test(arguments: CommandTable.release.commonFlags) func everyCommonFlagIsNamed(flag: FlagDefinition) {
        #expect(Self.page.contains("`\(flag.spelling)") || Self.page.contains("`\(flag.spelling) "))
    }
}
