import Testing

@testable import TuttiDocuments

struct ContentWordsTests {
    private func words(_ text: String) -> ContentWords {
        let document = Document(text: text)
        return ContentWords(document.sentences[0], document)
    }

    @Test func leavesOutSmallWordsAndPlurals() {
        #expect(words("The refunds of all items are paid by the agents.").set == ["refund", "item", "paid", "agent"])
    }

    @Test func threeWordsInARowAreAPhrase() {
        let claim = words("It features real-time chat capabilities for teams.")
        #expect(claim.sharesPhrase(with: words("WebSocket support: real-time chat capabilities")))
        #expect(!claim.sharesPhrase(with: words("Chat in real-time dashboards and other capabilities")))
    }

    @Test func twoWordsAreOneWhenNothingElseIsSaid() {
        #expect(words("Notes with offline sync on phones.").sharesPhrase(with: words("Offline sync")))
        #expect(!words("Sync offline notes.").sharesPhrase(with: words("Offline sync")))
    }
}
