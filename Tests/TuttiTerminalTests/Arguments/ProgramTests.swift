import Testing

@testable import TuttiTerminal

@Suite("The program")
struct ProgramTests {
    enum Rules: CommandHandler {
        static let command = Commands.rules

        static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
            if arguments[Words.rule] == "broken" { throw Broken() }
            if arguments[Words.rule] == "config" {
                _ = try arguments.configuration(environment: context.environment)
            }
            if arguments[Words.rule] == "closed" {
                throw OutputError(errorNumber: 32, description: "the reader is gone", isClosedPipe: true)
            }
            try context.output.write("the rules\n")
            return .notReached
        }
    }

    struct Broken: Error, CustomStringConvertible { let description = "the book is \u{1B}[31mclosed; open it" }

    let output = RecordingSink()
    let progress = RecordingSink()

    func run(_ typed: String...) async -> ExitCode {
        let program = Program(table: .release, version: "1.2.3", handlers: [Rules.self])
        return await program.run(typed, in: CommandContext(environment: [:], output: output, progress: progress))
    }

    @Test func aWrongLineIsOneLineOnStandardErrorAndCode2() async {
        #expect(await run("rulse") == .usage)
        #expect(output.text == "")
        #expect(progress.text == "tutti: there is no command 'rulse'; did you mean 'rules'?\n")
    }

    @Test func whatHasNoHandlerDoesNotExist() async {
        #expect(await run("roundtable", "x.md") == .usage)
    }

    @Test func aThrownErrorIsSaidAndCode1() async {
        #expect(await run("rules", "broken") == .failed)
        #expect(progress.text == "tutti: the book is closed; open it\n")
    }

    @Test func aWrongConfigurationIsCode2() async {
        #expect(await run("rules", "config") == .usage)
        #expect(
            progress.text == """
                tutti: there is no home: HOME and TUTTI_HOME are not set; give --home DIR or set TUTTI_HOME

                """)
    }

    @Test func aReaderThatLeavesIsNoError() async {
        #expect(await run("rules", "closed") == .reached)
        #expect(progress.text == "")
    }

    @Test func theHandlerDecidesTheCode() async {
        #expect(await run("rules") == .notReached)
        #expect(output.text == "the rules\n")
    }

    @Test func helpAndVersionAreData() async {
        #expect(await run("--version") == .reached)
        #expect(output.take() == "tutti 1.2.3\n")
        #expect(await run("--help") == .reached)
        #expect(output.text.contains("rules") && !output.text.contains("roundtable "))
        #expect(progress.text == "")
    }
}
