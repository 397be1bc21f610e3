import TuttiConfiguration
import TuttiCore

/// `tutti config`
package enum ConfigurationCommand: CommandHandler {
    package static let command = Commands.configuration

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        if arguments[Flags.json] {
            try context.show(json: json(configuration))
        } else {
            try context.show(table(configuration), arguments)
            try context.hint(
                [
                    StyledLine(
                        "Set a key in \(configuration.home.value)/tutti.yaml, or by its variable: TUTTI_LOG_LEVEL …")
                ],
                arguments)
        }
        return .reached
    }

    private static func table(_ configuration: Configuration) -> TextTable {
        var table = TextTable([.init("KEY"), .init("VALUE", isFlexible: true), .init("SOURCE")])
        let home = configuration.home
        table.add([StyledLine("home"), StyledLine(home.value), source(home.source)])
        for line in configuration.lines {
            table.add([StyledLine(line.key.name), StyledLine(line.text), source(line.source)])
        }
        return table
    }

    private static func source(_ source: ConfigurationSource) -> StyledLine {
        StyledLine(source.description, source == .fallback ? .muted : .plain)
    }

    private static func json(_ configuration: Configuration) -> JSONValue {
        let keys = configuration.lines.map { line -> JSONValue in
            [
                "key": .string(line.key.name), "value": .string(line.text), "source": .string(line.source.description),
                "environment": .string(line.key.environmentName), "documentation": .string(line.key.documentation),
            ]
        }
        let home = configuration.home
        return [
            "home": ["value": .string(home.value), "source": .string(home.source.description)], "keys": .array(keys),
        ]
    }
}
