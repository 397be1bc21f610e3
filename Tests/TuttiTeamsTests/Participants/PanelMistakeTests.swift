import Testing
import TuttiCore
import TuttiTeams

@Suite("Mistakes of the file of a panel")
struct PanelMistakeTests {
    private static func message(_ text: String) -> String? {
        do throws(DefinitionError) {
            _ = try Panel.read(text, file: "p.yaml")
            return nil
        } catch {
            return error.message
        }
    }

    /// A participant that is right but for one key.
    private static func participant(_ key: String, _ line: String) -> String {
        let lines = [
            "name": "name: a", "role": "role: A", "expertise": "expertise: E", "perspective": "perspective: P",
            "focus": "focus: [f]", "instructions": "instructions: I",
        ]
        var all = ["name", "role", "expertise", "perspective", "focus", "instructions"].filter { $0 != key }
            .compactMap { lines[$0] }
        if !line.isEmpty { all.append(line) }
        return "participants:\n- " + all.joined(separator: "\n  ")
    }

    private static let slug =
        "does not fit; it takes a lower-case letter, then lower-case letters, digits and '-', at most 40"
    private static let model =
        "does not fit; it takes \(ModelReference.expectation)"

    static let files: [(String, String)] = [
        ("", "1:1: the file is empty; write participants"),
        ("participants: [", "2:1: did not find expected node content"),
        ("- a", "1:1: is no mapping; write the keys of a panel below it"),
        ("goal: x", "1:1: participants is missing; it takes a list of participants"),
        ("participants: []", "1:15: participants is empty; it takes 1 to 10 participants"),
        ("participants: a", "1:15: participants is no list of participants; make it one"),
        ("participant: []", "1:1: participant is not known; did you mean 'participants'?"),
        ("kind: pdr\nparticipants: []", "2:15: participants is empty; it takes 1 to 10 participants"),
        ("goal: ' '\n" + participant("", ""), "1:7: goal is empty; it takes a text"),
        ("goal:\n" + participant("", ""), "1:6: goal is empty; it takes a text"),
        (
            "kind: pdr\n" + participant("", ""),
            "1:7: kind does not fit; did you mean 'prd'? it takes prd, rfc, architecture, runbook, readme, document"
        ),
        (
            "goal: " + String(repeating: "x", count: 4001) + "\n" + participant("", ""),
            "1:7: goal has more than 4000 bytes; shorten it"
        ),
        (
            "participants:\n" + String(repeating: "- {}\n", count: 11),
            "2:1: participants has 11 participants, the limit is 10; use fewer"
        ),
        (
            participant("", "") + "\n" + participant("", "").split(separator: "\n").dropFirst().joined(separator: "\n"),
            "8:9: participants[1].name 'a' stands twice, first in line 2; name each participant otherwise"
        ),
    ]

    static let participants: [(String, String, String)] = [
        ("name", "", "2:3: participants[0].name is missing; it takes a name such as security"),
        ("role", "", "2:3: participants[0].role is missing; it takes what the participant is"),
        ("expertise", "", "2:3: participants[0].expertise is missing; it takes what the participant knows"),
        (
            "perspective", "",
            "2:3: participants[0].perspective is missing; it takes from where the participant looks at a document"
        ),
        ("focus", "", "2:3: participants[0].focus is missing; it takes a list of what the participant looks at"),
        ("instructions", "", "2:3: participants[0].instructions is missing; it takes how the participant is to work"),
        ("name", "name: A b", "7:9: participants[0].name \(slug)"),
        ("name", "name: \(String(repeating: "a", count: 41))", "7:9: participants[0].name \(slug)"),
        ("role", "role: [a]", "7:9: participants[0].role is a list; it takes a text"),
        (
            "role", "role: \(String(repeating: "a", count: 201))",
            "7:9: participants[0].role has more than 200 bytes; shorten it"
        ),
        ("role", "role: \"a\\0b\"", "7:9: participants[0].role holds a NUL character; leave it out"),
        ("focus", "focus: []", "7:10: participants[0].focus is empty; write at least one point"),
        ("focus", "focus: [a, ' ']", "7:14: participants[0].focus[1] is empty; it takes a text"),
        (
            "focus", "focus: [\(Array(repeating: "a", count: 13).joined(separator: ", "))]",
            "7:10: participants[0].focus has 13 points, the limit is 12; use fewer"
        ),
        (
            "focus", "focus: [\(String(repeating: "a", count: 501))]",
            "7:11: participants[0].focus[0] has more than 500 bytes; shorten it"
        ),
        ("", "leaves: {a: b}", "8:11: participants[0].leaves is no list of points; make it one"),
        ("", "model: gpt five", "8:10: participants[0].model \(model)"),
        (
            "", "style: critcal",
            "8:10: participants[0].style does not fit; did you mean 'critical'? it takes critical, "
                + "creative, conservative, academic"
        ),
        (
            "", "temprature: 1",
            "8:3: participants[0].temprature is not known; a participant has name, role, model, style, "
                + "expertise, perspective, focus, leaves, instructions"
        ),
    ]

    @Test(arguments: files) func isToldWithItsPlace(text: String, message: String) {
        #expect(Self.message(text) == "p.yaml:" + message)
    }

    @Test(arguments: participants) func isToldInAParticipant(key: String, line: String, message: String) {
        #expect(Self.message(Self.participant(key, line)) == "p.yaml:" + message)
    }

    @Test func allTextsTogetherAreBounded() {
        let panel = Panel(
            participants: (0..<4).map {
                Participant(
                    name: "p\($0)", role: "r", expertise: "e", perspective: "p",
                    instructions: String(repeating: "x", count: PanelLimits.instructionsLengthMax - 1000), focus: ["f"])
            })
        #expect(
            Self.message(panel.yaml)
                == "p.yaml:1:1: all texts together have 61552 bytes, the limit is 60000; shorten the instructions")
        #expect(throws: DefinitionError.self) { try panel.check() }
    }

    @Test func namesWhatWasMadeByAProgram() {
        var panel = PanelTests.made
        panel.participants[0].name = "No Name"
        let error = #expect(throws: DefinitionError.self) { try panel.check() }
        #expect(error?.field == "participants[0].name")
        #expect(error?.code == "bad_definition")
    }
}
