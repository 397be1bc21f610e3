import Testing
import TuttiCore
import TuttiTeams

@Suite("The schema of a roundtable's input")
struct SchemaTests {
    @Test func namesEveryField() throws {
        let schema = try JSONSchema.of(RoundtableInput.self)
        let input = RoundtableInput(document: "# Tea\n\nWe serve tea.\n")
        let value = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(input))
        #expect(schema.validate(value) == [])
        guard case .object(var members) = value else {
            Issue.record("the input is no object")
            return
        }
        members["bar"] = "severe"
        members["document"] = nil
        #expect(
            schema.validate(.object(members)).map(\.message) == [
                "'/document' is missing; it takes a text",
                #"'/bar' does not fit; it takes "critical", "high", "medium" or "low""#,
            ])
    }
}
