import Testing

@testable import TuttiDocuments

struct QuantityTests {
    /// The first quantity of a sentence.
    private func read(_ text: String) -> Quantity? {
        let document = Document(text: text)
        guard let sentence = document.sentences.first else { return nil }
        return sentence.words.lazy.compactMap {
            Quantity.read($0, in: sentence, document.words, document.prose)
        }.first
    }

    @Test(arguments: [
        ("It waits 250 ms.", 0.25, "time"), ("It waits 30 seconds.", 30, "time"), ("It waits 2min.", 120, "time"),
        ("Kept for 1.5 days.", 129_600, "time"), ("A 30-day trial.", 2_592_000, "time"),
        ("Up to 20 MB.", 20_000_000, "size"), ("Some 1,024 bytes.", 1_024, "size"),
        ("At least 5 % more.", 5, "percent"),
        ("At least 99.9% of them.", 99.9, "percent"),
    ])
    func bringsUnitsOfOneDimensionTogether(text: String, value: Double, dimension: String) throws {
        let quantity = try #require(read(text))
        #expect(abs(quantity.value - value) < 1e-6)
        #expect(quantity.dimension == dimension)
    }

    @Test(arguments: [
        "In 2024 it grew.", "Version 1.2.3 days old.", "See #12 days.", "It has 5 parts.", "Between 3-5 and more.",
    ])
    func numbersWithoutAUnitAreNone(text: String) { #expect(read(text) == nil) }

    @Test func equalTimesAreEqualInAnyUnit() {
        #expect(read("It takes 30 minutes.")?.value == read("It takes 1800 s.")?.value)
        #expect(read("It takes 1 hour.")?.value != read("It takes 61 minutes.")?.value)
    }

    @Test func unitsAreKnownByName() {
        #expect(Quantity.isUnit("hours") && Quantity.isUnit("kb") && !Quantity.isUnit("members"))
    }
}
