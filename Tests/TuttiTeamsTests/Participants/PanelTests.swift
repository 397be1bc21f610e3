import FoundationEssentials
import Testing
import TuttiCore
import TuttiDocuments
import TuttiYAML

@testable import TuttiTeams

@Suite("Panels")
struct PanelTests {
    static let minimal = """
        participants:
        - name: security
          role: Security engineer
          expertise: Threat models
          perspective: The attacker's
          focus: [Secrets]
          instructions: Look.
        """

    /// For tests of those who use panels.
    static let made = Panel(
        participants: [
            Participant(
                name: "a", role: "A", expertise: "E", perspective: "P", instructions: "I", focus: ["f"])
        ])

    private static let full = Panel(
        participants: [
            Participant(
                name: "security-2", role: "Security: engineer", expertise: "Threat models\nfor years",
                perspective: "\"The attacker's\" #1", instructions: "Look.\n\n  Then look again: twice.\n",
                focus: ["- secrets", "true"], leaves: ["1"], model: ModelReference("ollama/qwen3:8b"),
                style: .academic),
            Participant(
                name: "b", role: "B", expertise: "E", perspective: "P", instructions: "\u{1B}[1m\r\n👩‍👩‍👧", focus: ["f"]),
        ], description: "A\nB", kind: .prd, goal: "Two: \"weeks\"", moderatorFocus: "~")

    @Test func comeBackFromTheirFile() throws {
        #expect(try Panel.read(Self.full.yaml, file: "p.yaml") == Self.full)
        try Self.full.check()
        let minimal = try Panel.read(Self.minimal, file: "p.yaml")
        #expect(minimal.participants.map(\.name) == ["security"])
        #expect(minimal.kind == nil && minimal.participants[0].leaves == [] && minimal.participants[0].style == nil)
        #expect(try Panel.read(minimal.yaml, file: "p.yaml") == minimal)
    }

    @Test func comeBackFromTheJournal() throws {
        let bytes = try CanonicalJSON.encode(Self.full)
        #expect(try CanonicalJSON.decode(Panel.self, from: bytes) == Self.full)
    }

    @Test func areWrittenForPeople() {
        let expected = """
            description: |-
              A
              B
            kind: prd
            goal: "Two: \\"weeks\\""
            moderator_focus: "~"
            participants:
              - name: security-2
                role: "Security: engineer"
                model: ollama/qwen3:8b
                style: academic
                expertise: |-
                  Threat models
                  for years
                perspective: "\\"The attacker's\\" #1"
                focus:
                  - "- secrets"
                  - "true"
                leaves:
                  - "1"
                instructions: |
                  Look.

                    Then look again: twice.
              - name: b
            """
        #expect(Self.full.yaml.hasPrefix(expected + "\n"))
    }

    /// What models write: anything.
    @Test(arguments: 0..<100) func randomPanelsComeBack(seed: Int) throws {
        var random = SplitMix(seed: UInt64(seed))
        func text() -> String {
            let pieces = [
                "word ", "\n", "\n\n", "  ", ": ", " # ", "\"", "'", "- ", "```", "\t", "\r\n", "\u{1}", "\u{7F}", "é",
                "店", "👍🏽", "|", "{", "*", "\u{2028}",
            ]
            let count = Int.random(in: 0...12, using: &random)
            return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "."
        }
        let participants = (1...Int.random(in: 1...10, using: &random)).map { number in
            Participant(
                name: "p\(number)", role: text(), expertise: text(), perspective: text(), instructions: text(),
                focus: (0...Int.random(in: 0...11, using: &random)).map { _ in text() },
                leaves: (0..<Int.random(in: 0...12, using: &random)).map { _ in text() },
                model: number % 2 == 0 ? ModelReference("a/b\(number):c#d") : nil,
                style: ParticipantStyle.allCases.randomElement(using: &random))
        }
        let panel = Panel(participants: participants, description: text(), goal: text(), moderatorFocus: text())
        let back = try Panel.read(panel.yaml, file: "p.yaml")
        #expect(back == panel)
        #expect(back.yaml.utf8.elementsEqual(panel.yaml.utf8))
    }

    /// The largest panel there may be, made of what takes most room in a file.
    @Test(arguments: ["\u{1}", "a\n", "\"", "\u{2028}"]) func theLargestComesBack(piece: String) throws {
        let size = (PanelLimits.textsMax - 3000) / 10
        let panel = Panel(
            participants: (0..<10).map {
                Participant(
                    name: "p\($0)", role: "r", expertise: "e", perspective: "p",
                    instructions: String(repeating: piece, count: size / piece.utf8.count) + ".",
                    focus: Array(repeating: "f", count: 12), leaves: Array(repeating: "l", count: 12))
            })
        #expect(try Panel.read(panel.yaml, file: "p.yaml") == panel)
    }

    // MARK: The documents

    private static func docs(_ name: String) throws -> String {
        let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs")
        return String(decoding: try Data(contentsOf: docs.appending(path: name)), as: UTF8.self)
    }

    @Test func theSchemaIsThatOfTheReader() throws {
        let schema = String(decoding: try CanonicalJSON.encodePretty(PanelSchema.file.document), as: UTF8.self)
        #expect(try Self.docs("panel.schema.json") == schema + "\n", "docs/panel.schema.json must be:\n\(schema)")
        for text in [Self.minimal, Self.full.yaml] {
            #expect(PanelSchema.file.validate(try DefinitionReader.tree(of: text).value.json) == [])
        }
    }

    @Test func thePageIsTrue() throws {
        let page = try Self.docs("panels.md")
        let block = try #require(page.split(separator: "```yaml\n").dropFirst().first)
        let example = String(block.prefix(upTo: block.firstRange(of: "```")?.lowerBound ?? block.endIndex))
        let panel = try Panel.read(example, file: "panels.md")
        #expect(panel.participants.map(\.name) == ["customer", "lawyer"])
        #expect(PanelSchema.file.validate(try DefinitionReader.tree(of: example).value.json) == [])
        for preset in Presets().names {
            let names = try Presets().named(preset).participants.map(\.name).joined(separator: ", ")
            #expect(page.contains("| `\(preset)` | \(names) |"))
        }
        #expect(PanelLimits.participants == 1...10 && PanelLimits.generated == 2...6)
        #expect(page.contains("| participants | 10; 6 when"))
        for (row, limit) in [
            ("points of a list", "\(PanelLimits.pointsMax)"), ("a point", "\(PanelLimits.pointLengthMax) bytes"),
            ("a role", "\(PanelLimits.roleLengthMax) bytes"),
            ("instructions", "\(PanelLimits.instructionsLengthMax >> 10) KiB"),
        ] { #expect(page.contains("| \(row) | \(limit) |")) }
        #expect(PanelLimits.descriptionLengthMax == 2000 && page.contains("a perspective | 2,000 bytes"))
        #expect(PanelLimits.goalLengthMax == 4000 && page.contains("a description | 4,000 bytes"))
        #expect(PanelLimits.textsMax == 60_000 && page.contains("| all texts together | 60,000 bytes |"))
    }
}

/// The same numbers for the same seed for ever.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
