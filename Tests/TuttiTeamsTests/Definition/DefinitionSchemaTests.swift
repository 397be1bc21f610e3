import FoundationEssentials
import Testing
import TuttiCore
import TuttiYAML

@testable import TuttiTeams

/// `docs/workflow.schema.json` and `docs/workflows.md` say what the reader does.
@Suite("The documents about workflow files")
struct DefinitionSchemaTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs")

    private static func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: docs.appending(path: name)), as: UTF8.self)
    }

    @Test func theSchemaIsThatOfTheReader() throws {
        let schema = String(decoding: try CanonicalJSON.encodePretty(DefinitionSchema.file.document), as: UTF8.self)
        #expect(try Self.text("workflow.schema.json") == schema + "\n", "docs/workflow.schema.json must be:\n\(schema)")
    }

    /// The YAML blocks of the page.
    private static func examples() throws -> [String] {
        try text("workflows.md").split(separator: "```yaml\n").dropFirst().map { block in
            String(block.prefix(upTo: block.firstRange(of: "```")?.lowerBound ?? block.endIndex))
        }
    }

    @Test func theExamplesAreRead() throws {
        let examples = try Self.examples()
        #expect(examples.count == 6)
        for example in examples {
            _ = try WorkflowDefinition.read(example, file: "workflows.md")
            let value = try DefinitionReader.tree(of: example).value.json
            #expect(DefinitionSchema.file.validate(value) == [])
        }
    }

    /// A mistake that a schema can express is one for the schema, too.
    @Test(
        arguments: DefinitionMistakeTests.steps.map(\.0).prefix(10) + DefinitionMistakeTests.inputs.map(\.0).prefix(5))
    func theSchemaRefusesWhatTheReaderRefuses(text: String) throws {
        let value = try DefinitionReader.tree(of: text).value.json
        let isEmptyList = value["steps"] == []
        let isBadName = text.contains("1a:")
        #expect(DefinitionSchema.file.validate(value).isEmpty == (isEmptyList || isBadName))
    }

    @Test func theLimitsAreThose() throws {
        let page = try Self.text("workflows.md")
        #expect(YAMLDocument.sizeMax == 256 << 10 && page.contains("| the file | 256 KiB, 10,000 values, 16 levels;"))
        for (row, limit) in [
            ("steps", DefinitionLimits.stepsMax), ("inputs", DefinitionLimits.inputFieldsMax),
            ("arguments of a command", DefinitionLimits.argumentsMax),
            ("variables of a command", DefinitionLimits.environmentMax),
        ] {
            #expect(page.contains("| \(row) | \(limit) |"))
        }
        #expect(DefinitionLimits.textLengthMax == 64 << 10)
        #expect(page.contains("64 KiB, \(DefinitionLimits.referencesMax) references"))
        #expect(page.contains("| a reference | \(DefinitionLimits.referenceDepthMax) names |"))
    }
}
