import Testing
import TuttiCore
import TuttiTeams

@Suite("Mistakes of a workflow file")
struct DefinitionMistakeTests {
    typealias Mistake = (String, String)

    static func message(_ text: String) -> String? {
        do throws(DefinitionError) {
            _ = try WorkflowDefinition.read(text, file: "w.yaml")
            return nil
        } catch {
            return error.message
        }
    }

    @Test(arguments: file + inputs + steps + order)
    func isToldWithItsPlace(text: String, message: String) {
        #expect(Self.message(text) == "w.yaml:" + message)
    }

    @Test(arguments: roundtables + commands + waitsAndApprovals)
    func isToldInEachAction(step: String, message: String) {
        #expect(Self.message("name: w\nsteps:\n- name: a\n  " + step) == "w.yaml:" + message)
    }

    @Test(arguments: references)
    func isToldInReferences(text: String, message: String) {
        let file = """
            name: w
            input: {version: string}
            steps:
            - {name: a, command: [x]}
            - {name: b, command: [x, '\(text)']}
            - {name: c, command: [x]}
            """
        #expect(Self.message(file) == "w.yaml:5:26: steps[1].command[1] " + message)
    }

    private static let step = "steps: [{name: a, wait: {for: 1s}}]"

    static let file: [Mistake] = [
        ("", "1:1: the file is empty; write name and steps"),
        ("# nothing", "1:1: the file is empty; write name and steps"),
        ("name: [", "2:1: did not find expected node content"),
        ("name: w\n---\nname: w", "2:1: a second document begins here; leave '---' out"),
        ("name: &a w\nsteps: *a", "2:8: aliases (*name) are not read here; write the value out"),
        ("name: w\nname: w", "2:1: 'name' stands twice, first at 1:1; keep one"),
        ("- a", "1:1: is no mapping; write the keys of a workflow file below it"),
        ("nmae: w\n\(step)", "1:1: nmae is not known; did you mean 'name'?"),
        (
            "name: w\nx: 1",
            "2:1: x is not known; a workflow file has name, description, input, steps, output"
        ),
        (step, "1:1: name is missing; it takes what the workflow is called"),
        ("name: w", "1:1: steps is missing; it takes a list of steps"),
        (
            "name: 1w\n\(step)",
            "1:7: name does not fit; it takes a name: a letter, then letters, digits, '-' and '_', at most 64"
        ),
        (
            "name:\n\(step)",
            "1:6: name is empty; it takes a name: a letter, then letters, digits, '-' and '_', at most 64"
        ),
        ("name: w\ndescription: [a]\n\(step)", "2:14: description is a list; it takes a text"),
        (
            "name: w\n\(step)\noutput: {x: '${{ steps.b }}'}",
            "3:13: output.x refers to the step 'b', which there is not; there is a"
        ),
        ("name: w\n\(step)\noutput: ['${{ a }}']", "3:10: output[0] 'a' begins with neither 'input' nor 'steps'"),
    ]

    static let inputs: [Mistake] = [
        ("name: w\ninput: x\n\(step)", "2:8: input is no mapping; write the keys of the input below it"),
        (
            "name: w\ninput: {1a: string}\n\(step)",
            "2:13: input.1a is no name that references could use; take letters, digits, '-' and '_'"
        ),
        (
            "name: w\ninput: {a: text}\n\(step)",
            "2:12: input.a does not fit; it takes string, integer, number, boolean, array, object, any"
        ),
        (
            "name: w\ninput: {a: {type: bolean}}\n\(step)",
            "2:19: input.a.type does not fit; did you mean 'boolean'? it takes string, integer, number, boolean, "
                + "array, object, any"
        ),
        ("name: w\ninput: {a: {tpye: string}}\n\(step)", "2:13: input.a.tpye is not known; did you mean 'type'?"),
        (
            "name: w\ninput: {a: {type: integer, default: 1.5}}\n\(step)",
            "2:37: input.a.default does not fit the type; it takes a whole number"
        ),
        (
            "name: w\ninput: {a: {default: 1, required: true}}\n\(step)",
            "2:25: input.a.required cannot be true beside a default; leave one of them out"
        ),
        (
            "name: w\ninput: {a: {required: yes}}\n\(step)",
            "2:23: input.a.required does not fit; it takes true or false"
        ),
    ]

    static let steps: [Mistake] = [
        ("name: w\nsteps:", "2:7: steps is empty; it takes a list of steps"),
        ("name: w\nsteps: {}", "2:8: steps is no list of steps; make it one"),
        ("name: w\nsteps: []", "2:8: steps has no steps; write at least one"),
        ("name: w\nsteps: [a]", "2:9: steps[0] is no mapping; write the keys of a step below it"),
        (
            "name: w\nsteps: [{wait: {for: 1s}}]",
            "2:9: steps[0].name is missing; it takes a name that references and needs can use"
        ),
        (
            "name: w\nsteps: [{name: a}]",
            "2:9: steps[0] does nothing; it takes one of roundtable, command, wait, approval"
        ),
        ("name: w\nsteps: [{name: a, comand: [x]}]", "2:19: steps[0].comand is not known; did you mean 'command'?"),
        (
            "name: w\nsteps: [{name: a, command: [x], wait: {for: 1s}}]",
            "2:33: steps[0].wait stands beside 'command'; a step does one thing, write two steps"
        ),
        (
            "name: w\nsteps: [{name: a, wait: {for: 1s}, timeout: 1s}]",
            "2:36: steps[0].timeout is for commands only; leave it out"
        ),
        (
            "name: w\nsteps: [{name: a, wait: {for: 1s}, note: x}]",
            "2:36: steps[0].note is not known; this step has name, needs, wait"
        ),
        (
            "name: w\nsteps:\n- {name: a, wait: {for: 1s}}\n- {name: a, wait: {for: 1s}}",
            "4:10: steps[1].name is 'a' again, as at 3:10; give each step a name of its own"
        ),
    ]

    private static func graph(_ needs: [String]) -> String {
        "name: w\nsteps:\n"
            + zip("abc", needs).map { "- {name: \($0), needs: \($1), command: [x]}\n" }.joined()
    }

    static let order: [Mistake] = [
        (graph(["[]", "x"]), "4:20: steps[1].needs is no list of needs; make it one"),
        (graph(["[]", "[d]"]), "4:21: steps[1].needs[0] is 'd', which is no step; there is a, b"),
        (graph(["[b]", "[b]"]), "4:21: steps[1].needs[0] is the step itself; leave it out"),
        (graph(["[]", "[a, a]"]), "4:24: steps[1].needs[1] is 'a' again; name each need once"),
        (
            graph(["[]", "[c]", "[a, b]"]),
            "4:20: steps[1].needs goes in a circle: b needs c needs b; take one of these needs out"
        ),
        (
            graph(["[c]", "[a]", "[b]"]),
            "3:20: steps[0].needs goes in a circle: a needs c needs b needs a; take one of these needs out"
        ),
    ]

    static let roundtables: [Mistake] = [
        ("roundtable:", "4:14: steps[0].roundtable is empty; write the keys of a roundtable below it"),
        (
            "roundtable: {}",
            "4:15: steps[0].roundtable.file is missing; it takes the path of a document; or write 'document' for a text"
        ),
        (
            "roundtable: {file: a, document: b}",
            "4:16: steps[0].roundtable.file stands beside 'document'; a roundtable reads one of them"
        ),
        ("roundtable: {file: ''}", "4:22: steps[0].roundtable.file is empty; it takes the path of a document"),
        (
            "roundtable: {file: a, critics: [produkt]}",
            "4:35: steps[0].roundtable.critics[0] is no critic; did you mean 'product'?"
        ),
        (
            "roundtable: {file: a, critics: [product, product]}",
            "4:44: steps[0].roundtable.critics[1] is 'product' again; name each critic once"
        ),
        (
            "roundtable: {file: a, critics: []}",
            "4:34: steps[0].roundtable.critics names nobody; name at least one, or leave it out"
        ),
        (
            "roundtable: {file: a, max_iterations: 11}",
            "4:41: steps[0].roundtable.max_iterations does not fit; it takes a whole number from 1 to 10"
        ),
        (
            "roundtable: {file: a, fail_on: hihg}",
            "4:34: steps[0].roundtable.fail_on does not fit; did you mean 'high'? it takes critical, high, medium, low"
        ),
        (
            "roundtable: {file: a, kind: novel}",
            "4:31: steps[0].roundtable.kind does not fit; it takes prd, rfc, architecture, runbook, readme, document"
        ),
        (
            "roundtable: {file: a}\n- name: b\n  roundtable: {file: '${{ steps.a.x }}'}",
            "6:22: steps[1].roundtable.file is read when the run starts, so it can refer to the input only; let the "
                + "step put out the text and refer to that by 'document'"
        ),
    ]

    static let commands: [Mistake] = [
        ("command: x", "4:12: steps[0].command is no list of words; make it one"),
        ("command: []", "4:12: steps[0].command is empty; it takes a program and its arguments"),
        ("command: ['']", "4:13: steps[0].command[0] is empty; it takes a path, or a name in PATH"),
        ("command: [x, null]", "4:16: steps[0].command[1] is empty; it takes a text"),
        ("command: [x, [y]]", "4:16: steps[0].command[1] is a list; it takes a text"),
        ("command: [x, \"a\\0\"]", "4:16: steps[0].command[1] holds a NUL character; leave it out"),
        (
            "command: ['${{ input }}']",
            "4:13: steps[0].command[0] is the program; name it here, so that no output can choose it"
        ),
        (
            "command: [x]\n  timeout: 5",
            "5:12: steps[0].timeout does not fit; it takes a time from 1ms to 366d, such as 30s, 5m, 2h or 1d"
        ),
        (
            "command: [x]\n  timeout: 0s",
            "5:12: steps[0].timeout does not fit; it takes a time from 1ms to 366d, such as 30s, 5m, 2h or 1d"
        ),
        (
            "command: [x]\n  timeout: 367d",
            "5:12: steps[0].timeout does not fit; it takes a time from 1ms to 366d, such as 30s, 5m, 2h or 1d"
        ),
        ("command: [x]\n  retry: 3", "5:10: steps[0].retry is no mapping; write the keys of retry below it"),
        (
            "command: [x]\n  retry: {delay: 1s}",
            "5:10: steps[0].retry.attempts is missing; it takes a whole number from 1 to 20"
        ),
        (
            "command: [x]\n  retry: {attempts: 21}",
            "5:21: steps[0].retry.attempts does not fit; it takes a whole number from 1 to 20"
        ),
        (
            "command: [x]\n  retry: {attempts: 2}\n  at_most_once: true",
            "5:3: steps[0].retry tries again what 'at_most_once' forbids to; leave one of them out"
        ),
        (
            "command: [x]\n  environment: [A=b]",
            "5:17: steps[0].environment[0] is no name of a variable; take letters, digits and '_'. Values are not "
                + "written here"
        ),
    ]

    static let waitsAndApprovals: [Mistake] = [
        ("wait: {}", "4:9: steps[0].wait waits for nothing; write 'for: 10m' or 'signal: NAME'"),
        (
            "wait: {for: 1s, signal: x}",
            "4:19: steps[0].wait.signal stands beside 'for'; to bound the wait, write 'timeout'"
        ),
        (
            "wait: {for: 1s, timeout: 1s}",
            "4:19: steps[0].wait.timeout is for signals; 'for' says already how long"
        ),
        (
            "wait: {signal: a b}",
            "4:18: steps[0].wait.signal does not fit; it takes a name: a letter, then letters, digits, '-' and '_', "
                + "at most 64"
        ),
        ("approval: {}", "4:13: steps[0].approval.show is missing; it takes what the person is shown"),
        ("approval: {show: ''}", "4:20: steps[0].approval.show is empty; nobody can approve nothing"),
        ("approval: {show: x, expire: 1s}", "4:23: steps[0].approval.expire is not known; did you mean 'expires'?"),
    ]

    static let references: [Mistake] = [
        (
            "${{ steps.a",
            "'${{' is never closed; write '}}' behind the name, or ${{ '${{' }} for itself"
        ),
        ("${{ }}", "'' is no reference; write input.NAME or steps.NAME.FIELD, there are no expressions"),
        (
            "${{ input.version + 1 }}",
            "'input.version + 1' is no reference; write input.NAME or steps.NAME.FIELD, there are no expressions"
        ),
        ("${{ steps }}", "'steps' names no step; write steps.NAME"),
        ("${{ step.a }}", "'step.a' begins with neither 'input' nor 'steps'; did you mean 'steps'?"),
        ("${{ input.versoin }}", "refers to the input 'versoin', which there is not; did you mean 'version'?"),
        ("${{ steps.d.x }}", "refers to the step 'd', which there is not; there is a, b, c"),
        ("${{ steps.b }}", "refers to its own output; refer to a step that comes before"),
        (
            "${{ steps.c }}",
            "refers to 'c', which does not come before; put it before this step, or into its 'needs'"
        ),
    ].map { ($0.0.replacing("'", with: "''"), $0.1) }

    // MARK: Limits

    static let limits: [Mistake] = [
        (
            "name: w\nsteps:\n" + (0...200).map { "- {name: a\($0), wait: {for: 1s}}\n" }.joined(),
            "3:1: steps has 201 steps, the limit is 200; use fewer"
        ),
        (
            "name: w\ninput:\n" + (0...64).map { "  a\($0): any\n" }.joined() + step,
            "3:3: input has 65 fields, the limit is 64; use fewer"
        ),
        (
            "name: w\nsteps: [{name: a, command: [\([String](repeating: "x", count: 130).joined(separator: ","))]}]",
            "2:28: steps[0].command has 130 words, the limit is 129; use fewer"
        ),
        (
            "name: w\nsteps: [{name: a, approval: {show: \(String(repeating: "x", count: 65_537))}}]",
            "2:36: steps[0].approval.show has more than 65536 bytes; shorten it"
        ),
        (
            "name: w\nsteps: [{name: a, approval: {show: '\(String(repeating: "${{ input }}", count: 65))'}}]",
            "2:36: steps[0].approval.show holds more than 64 references; use fewer"
        ),
        ("# " + String(repeating: "x", count: 262_144), "1:1: the file is larger than 262144 bytes; shorten it"),
        ("name: " + String(repeating: "[", count: 20), "1:22: nested deeper than 16 levels"),
    ]

    @Test(arguments: limits) func whatIsTooMuch(text: String, message: String) {
        #expect(Self.message(text) == "w.yaml:" + message)
    }

    @Test func tellsItsPartsToPrograms() {
        let error = #expect(throws: DefinitionError.self) {
            try WorkflowDefinition.read("name: w\nsteps: []", file: "w.yaml")
        }
        #expect(error?.code == "bad_definition")
        #expect(
            error?.data == [
                "file": "w.yaml", "line": 2, "column": 8, "field": "steps", "rule": "missing",
                "problem": "has no steps; write at least one",
            ])
    }

    /// As many needs and references as the file may hold.
    @Test func largeFilesAreReadQuickly() {
        let references = String(repeating: "${{ steps.s0 }}", count: 64)
        let steps = (0..<150).map { index in
            let needs = (max(0, index - 55)..<index).map { "s\($0)" }.joined(separator: ",")
            let value = index == 0 ? "x" : references
            return "- {name: s\(index), needs: [\(needs)], command: [x, '\(value)']}\n"
        }
        let text = "name: w\nsteps:\n" + steps.joined()
        let time = ContinuousClock().measure { #expect(Self.message(text) == nil) }
        #expect(text.utf8.count > 150_000 && time < .seconds(20))
    }

    /// What is long is cut before it is shown.
    @Test func isNeverLong() throws {
        let key = String(repeating: "x", count: 10_000)
        #expect(try #require(Self.message("name: w\n\(key): 1")).utf8.count < 200)
        let reference = "name: w\nsteps: [{name: a, approval: {show: '${{ \(key) }}'}}]"
        #expect(try #require(Self.message(reference)).utf8.count < 300)
    }
}
