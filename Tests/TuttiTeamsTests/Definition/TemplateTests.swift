import Testing
import TuttiCore
import TuttiTeams

@Suite("References")
struct TemplateTests {
    private let values = TemplateValues(
        input: ["version": "1.2", "count": 3, "none": .null],
        steps: ["a": ["list": [["name": "x"], 2], "text": "déjà \"vu\"", "0": true], "b": "${{ input.version }}"])

    private func value(_ text: String) throws -> JSONValue { try values.value(of: Template(text)) }

    @Test func aloneKeepItsType() throws {
        #expect(try value("${{ input.count }}") == 3)
        #expect(try value("${{input}}") == ["version": "1.2", "count": 3, "none": .null])
        #expect(try value("${{ steps.a.list.0 }}") == ["name": "x"])
        #expect(try value("${{ steps.a.0 }}") == true)
        #expect(try value("${{ input.none }}") == .null)
        #expect(try value("") == "")
    }

    @Test func insideOfATextBecomeText() throws {
        #expect(try value("v${{ input.version }}-${{ input.count }}") == "v1.2-3")
        #expect(try value(" ${{ input.count }}") == " 3")
        #expect(try value("${{ steps.a.list }}!") == #"[{"name":"x"},2]!"#)
        #expect(try value("${{ steps.a.text }}${{ input.none }}") == "déjà \"vu\"null")
    }

    /// What comes out of a step is data, whatever it looks like.
    @Test func areNotReadAgain() throws {
        #expect(try value("${{ steps.b }} ${{ steps.b }}") == "${{ input.version }} ${{ input.version }}")
        #expect(try value("cost: $${{ input.count }} $ {{ }} }}") == "cost: $3 $ {{ }} }}")
        #expect(try value("${{ '${{' }} input.version }}") == "${{ input.version }}")
    }

    @Test func fillAllTextsOfAValue() throws {
        #expect(
            try values.filling(["${{ input.version }}": ["${{ input.count }}", "x${{ input.count }}", 1, .null]])
                == ["${{ input.version }}": [3, "x3", 1, .null]])
        #expect(throws: StepError.self) { try values.filling("${{ x }}") }
    }

    static let missing: [(String, String)] = [
        ("steps.c", "${{ steps.c }}: the step 'c' has no output yet"),
        (
            "steps.a.lisst",
            "${{ steps.a.lisst }}: the output of 'a' has no 'lisst'; there is 0, list, text; did you mean 'list'?"
        ),
        ("steps.a.list.0.x", "${{ steps.a.list.0.x }}: the output of 'a'.list.0 has no 'x'; there is name"),
        ("steps.a.list.2", "${{ steps.a.list.2 }}: the output of 'a'.list has 2 items, counted from 0, and no '2'"),
        ("steps.a.list.-1", "${{ steps.a.list.-1 }}: the output of 'a'.list has 2 items, counted from 0, and no '-1'"),
        ("input.count.x", "${{ input.count.x }}: the input.count is a whole number and has no 'x'"),
    ]

    @Test(arguments: missing) func tellWhatIsThere(reference: String, message: String) {
        let error = #expect(throws: StepError.self) { try value("a ${{ \(reference) }}") }
        #expect(error?.code == "reference_missing")
        #expect(error?.message == message)
    }

    @Test func neverTellAValue() {
        let secret = TemplateValues(input: ["token": "hunter2"])
        let error = #expect(throws: StepError.self) { try secret.value(of: Template("${{ input.tokens }}")) }
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test(arguments: ["", "a", "${{ input.a }}", "x${{ steps.a.b.0 }}y${{input}}", "${{ '${{' }} a }}", "}} $ {{ ${"])
    func areStoredAsTheyAreWritten(text: String) throws {
        let template = try Template(text)
        #expect(try CanonicalJSON.decode(Template.self, from: CanonicalJSON.encode(template)) == template)
        #expect(try Template(template.source) == template)
    }
}
