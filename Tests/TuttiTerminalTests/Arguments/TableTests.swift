import Testing
import TuttiConfiguration
import TuttiTerminal

@Suite("The table of commands")
struct TableTests {
    static let table = CommandTable.release
    static var flags: [FlagDefinition] { table.commonFlags + table.commands.flatMap(\.flags) }

    @Test(arguments: flags) func everyFlagIsDocumented(flag: FlagDefinition) {
        #expect(!flag.help.isEmpty && flag.help.count <= 50 && !flag.help.hasSuffix("."))
        #expect(flag.documentation.hasSuffix("."))
        #expect(flag.documentation.count > flag.help.count)
        #expect(flag.takesValue != flag.placeholder.isEmpty)
    }

    @Test(arguments: flags) func everyNameCanBeTyped(flag: FlagDefinition) {
        #expect(flag.name.allSatisfy { ("a"..."z").contains($0) || $0 == "-" })
        #expect(!flag.name.hasPrefix("-"))
    }

    @Test(arguments: flags) func everyDefaultFitsItsKind(flag: FlagDefinition) throws {
        guard let fallback = flag.fallback else { return }
        #expect(try flag.kind.read(fallback.text) == fallback)
    }

    @Test(arguments: flags) func everySettingIsAKey(flag: FlagDefinition) throws {
        guard let setting = flag.setting else { return }
        let key = try #require(ConfigurationKeys.all.first { $0.name == setting })
        #expect(flag.kind == key.kind && flag.fallback == key.fallback)
    }

    @Test(arguments: table.commands) func everyCommandIsWhole(command: Command) {
        #expect((1...2).contains(command.path.count))
        #expect(!command.summary.isEmpty && !command.summary.hasSuffix("."))
        #expect(command.documentation.hasSuffix("."))
        #expect(!command.examples.isEmpty)
        let flags = Self.table.flags(of: command)
        #expect(Set(flags.map(\.name)).count == flags.count)
        let shorts = flags.compactMap(\.short)
        #expect(Set(shorts).count == shorts.count)
        for contradiction in command.contradictions {
            #expect(Set(contradiction.flags).isSubset(of: flags.map(\.name)))
        }
    }

    @Test(arguments: table.commands) func wordsAreUnambiguous(command: Command) {
        #expect(!command.words.dropLast().contains { $0.isRepeatable || !$0.isRequired })
        for word in command.words {
            #expect(word.documentation.hasSuffix("."))
            if let alias = word.alias { #expect(command.flags.contains(alias)) }
        }
    }

    @Test func everyNameIsTakenOnce() {
        let names = Self.table.commands.map(\.name)
        #expect(Set(names).count == names.count)
        let stems = Self.table.commands.filter { $0.path.count > 1 }.map { $0.path[0] }
        #expect(Set(stems) == Set(Self.table.groups.map(\.name)))
        #expect(Set(names).isDisjoint(with: stems))
    }

    /// The part of an example before a pipe or redirection is a command line that is understood.
    @Test(arguments: table.commands) func examplesAreUnderstood(command: Command) throws {
        for example in command.examples where example.hasPrefix("tutti ") {
            let typed = example.split(separator: " ").dropFirst().prefix { $0 != "|" && $0 != "<" }.map(String.init)
            guard case .run(let arguments) = try Self.table.understand(typed) else {
                Issue.record("'\(example)' is no command")
                continue
            }
            #expect(arguments.command == command)
        }
    }

    @Test func keepsOnlyWhatIsBuilt() throws {
        let table = Self.table.keeping([Commands.rules, RunsCommands.list])
        #expect(table.commands.map(\.name) == ["rules", "runs ls"])
        #expect(table.groups.map(\.name) == ["runs"])
        #expect(throws: UsageError.self) { try table.understand(["roundtable", "plan.md"]) }
    }
}
