import Testing
import TuttiCore
import TuttiDocuments

@testable import TuttiTeams

@Suite("A workflow file")
struct DefinitionTests {
    static func read(_ text: String) throws -> WorkflowDefinition {
        try WorkflowDefinition.read(text, file: "w.yaml")
    }

    private static let full = """
        name: release
        description: Sends a release.
        input:
          version: string
          count: {type: integer, default: 3, description: How many.}
          note: {type: string, default: 1.0}
          anything: {required: false}
        steps:
          - name: draft
            command: [./draft, --version, "${{ input.version }}", 5, ""]
            environment: [TOKEN]
            timeout: 5m
            retry: {attempts: 3, delay: 1s, delay_max: 1m}
          - name: review
            roundtable:
              document: "${{ steps.draft.text }}"
              title: Notes
              kind: rfc
              critics: [engineering, product]
              max_iterations: 2
              threshold_percent: 10
              fail_on: medium
          - {name: pause, wait: {for: 10m}}
          - {name: paid, wait: {signal: payment, timeout: 2d}}
          - {name: ask, approval: {show: "Go ${{ input.version }}?", expires: 1d}}
          - {name: send, command: [send], at_most_once: true}
        output: {done: true, mail: "${{ steps.send }}", list: ["x ${{ steps.ask.by }}", 2]}
        """

    @Test func isReadAsItSays() throws {
        let definition = try Self.read(Self.full)
        typealias Field = WorkflowDefinition.InputField
        #expect(
            definition.input == [
                Field(name: "version", kind: .string, isRequired: true),
                Field(name: "count", kind: .integer, description: "How many.", isRequired: false, defaultValue: 3),
                Field(name: "note", kind: .string, isRequired: false, defaultValue: "1.0"),
                Field(name: "anything", kind: .any, isRequired: false),
            ])
        #expect(definition.steps.map(\.name) == ["draft", "review", "pause", "paid", "ask", "send"])
        #expect(definition.steps.map(\.needs) == [[], ["draft"], ["review"], ["pause"], ["paid"], ["ask"]])
        #expect(
            definition.steps[0].action
                == .command(
                    CommandAction(
                        program: "./draft",
                        arguments: try ["--version", "${{ input.version }}", "5", ""].map { try Template($0) },
                        environment: ["TOKEN"], timeout: WrittenDuration(.seconds(300)),
                        retry: RetryPolicy(attemptsMax: 3, delayFirst: .seconds(1), delayMax: .seconds(60)),
                        isAtMostOnce: false)))
        #expect(
            definition.steps[1].action
                == .roundtable(
                    RoundtableAction(
                        source: .text(try Template("${{steps.draft.text}}")), title: try Template("Notes"), kind: .rfc,
                        critics: ["engineering", "product"], maxIterations: 2, thresholdPercent: 10, bar: .medium)))
        #expect(definition.steps[2].action == .wait(.time(WrittenDuration(.seconds(600)))))
        #expect(definition.steps[3].action == .wait(.signal("payment", timeout: WrittenDuration(.seconds(172_800)))))
        #expect(
            definition.steps[5].action
                == .command(
                    CommandAction(
                        program: "send", arguments: [], environment: [], timeout: WrittenDuration(.seconds(3600)),
                        retry: .never, isAtMostOnce: true)))
        #expect(
            definition.output == [
                "done": true, "mail": "${{ steps.send }}", "list": ["x ${{ steps.ask.by }}", 2],
            ])
    }

    @Test func isReadBackAsItWasStored() throws {
        let definition = try Self.read(Self.full)
        let bytes = try CanonicalJSON.encode(definition)
        #expect(try CanonicalJSON.decode(WorkflowDefinition.self, from: bytes) == definition)
        let stored = try CanonicalJSON.decode(JSONValue.self, from: bytes)
        guard case .array(let steps)? = stored["steps"] else {
            Issue.record("no steps are stored")
            return
        }
        #expect(steps[2] == ["name": "pause", "needs": ["review"], "wait": ["for": "10m"]])
        #expect(steps[0]["command"]?["timeout"] == "5m")
    }

    @Test func needsMakeAGraph() throws {
        let definition = try Self.read(
            """
            name: w
            steps:
              - {name: c, needs: [a, b], command: [x, "${{ steps.z.y }}"]}
              - {name: a, needs: [z], command: [x]}
              - {name: b, command: [x]}
              - {name: z, command: [x]}
            """)
        #expect(definition.steps.map(\.needs) == [["a", "b"], ["z"], [], []])
    }

    @Test func aBesideStepIsNotUpstream() {
        let text = """
            name: w
            steps:
              - {name: a, command: [x]}
              - {name: b, needs: [], command: [x, "${{ steps.a }}"]}
            """
        #expect(
            DefinitionMistakeTests.message(text)
                == "w.yaml:4:39: steps[1].command[1] refers to 'a', which does not come before; put it before "
                + "this step, or into its 'needs'")
    }

    /// The deepest graph that is read, from its end.
    @Test func aLongChainIsRead() throws {
        let steps = (1..<200).map { "  - {name: s\($0), needs: [s\($0 - 1)], command: [x, '${{ steps.s0 }}']}\n" }
        let text = "name: w\nsteps:\n" + steps.reversed().joined() + "  - {name: s0, command: [x]}\n"
        #expect(try Self.read(text).steps.count == 200)
    }

    @Test func itsInputHasASchema() throws {
        let schema = try Self.read(Self.full).inputSchema
        #expect(schema.validate(["version": "1"]) == [])
        #expect(
            schema.validate(["count": "x", "versoin": "1"]).map(\.message) == [
                "'/version' is missing; it takes a text", "'/count' is a text; it takes a whole number or null",
                "'/versoin' is not known; did you mean 'version'?",
            ])
    }
}

@Suite("What a run of a definition is started with")
struct DefinitionInputTests {
    private static let text = """
        name: w
        input: {path: string, count: {type: integer, default: 3}, note: {required: false}}
        steps:
          - {name: a, roundtable: {file: "docs/${{ input.path }}"}}
          - {name: b, roundtable: {document: "${{ input.note }}"}}
        """

    @Test func holdsAllThatItDependsOn() throws {
        let definition = try DefinitionTests.read(Self.text)
        var asked: [String] = []
        let started = try definition.start(with: ["path": "tea.md"], in: "/home/ada") { path throws(StepError) in
            asked.append(path)
            return "# Tea\n\nNever write ${{ steps.a }} here.\n"
        }
        #expect(asked == ["/home/ada/docs/tea.md"])
        #expect(started.input == ["path": "tea.md", "count": 3, "note": .null])
        guard case .roundtable(let action) = started.definition.steps[0].action,
            case .text(let document) = action.source
        else {
            Issue.record("the file was not read")
            return
        }
        #expect(document.references.isEmpty)
        #expect(
            try TemplateValues(input: .null).text(of: document) == "# Tea\n\nNever write ${{ steps.a }} here.\n")
        let bytes = try CanonicalJSON.encode(started)
        #expect(try CanonicalJSON.decode(DefinitionInput.self, from: bytes) == started)
    }

    @Test func anAbsolutePathStaysOne() throws {
        var asked: [String] = []
        _ = try DefinitionTests.read("name: w\nsteps: [{name: a, roundtable: {file: /a.md}}]")
            .start(with: .null, in: "/home") { path throws(StepError) in
                asked.append(path)
                return "x"
            }
        #expect(asked == ["/a.md"])
    }

    @Test func refusesWhatDoesNotFit() throws {
        let definition = try DefinitionTests.read(Self.text)
        let error = #expect(throws: StepError.self) {
            try definition.start(with: ["count": true, "x": 1], in: "/") { _ throws(StepError) in "never" }
        }
        #expect(error?.code == "bad_input")
        #expect(
            error?.message
                == "the input of 'w': '/path' is missing; it takes a text; '/count' is true or false; it takes a whole "
                + "number or null; '/x' is not known; there are path, count, note")
        #expect(throws: StepError.self) {
            try definition.start(with: [1], in: "/") { _ throws(StepError) in "never" }
        }
        let empty = #expect(throws: StepError.self) {
            try definition.start(with: ["path": "tea.md"], in: "/") { _ throws(StepError) in " \n" }
        }
        #expect(
            empty?.message == "the document 'docs/tea.md' of the step 'a' is empty; give a text to review")
    }
}
