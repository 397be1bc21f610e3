import Testing

@testable import TuttiDocuments

struct DocumentTests {
    @Test func anEmptyTextIsADocument() {
        let document = Document(text: "")
        #expect(document.wordCount == 0)
        #expect(document.sections.count == 1)
    }
}
