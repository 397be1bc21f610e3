import Testing
import TuttiCore

struct SecretTextTests {
    private struct Holder {
        var key = SecretText("planted-key")
        var keys = ["a": SecretText("planted-key")]
    }

    @Test func isNotShownByWhateverPrintsIt() {
        let holder = Holder()
        var text = "\(holder) \(holder.key) \(String(reflecting: holder)) \(String(describing: Optional(holder.key)))"
        dump(holder, to: &text)
        print(holder.key, [holder.key], to: &text)
        #expect(!text.contains("planted"))
        #expect("\(holder.key)" == "[secret]")
    }

    @Test func isThereForWhoeverSendsIt() {
        #expect(SecretText("planted-key").revealed == "planted-key")
        #expect(SecretText("a") == SecretText("a") && SecretText("a") != SecretText("b"))
    }
}
