/// Whether a document says how long data is kept.
enum DataRetention {
    private static let day = 86_400.0

    /// A word such as "retention" in a sentence on people's data, in a paragraph that handles it or in a section on
    /// security; "kept … 90 days" wherever data about people is spoken of.
    static func isNamed(for places: [Sentence], in context: ReviewContext) -> Bool {
        let sections = Set(places.map { context.block(of: $0).section })
        return context.statements(of: .retention).contains { sentence in
            isAboutPeople(sentence, context) || sections.contains(context.block(of: sentence).section)
        } || context.statements(of: .deletion).contains { isAboutPeople($0, context) }
            || context.statements(of: .handling).contains { namesDays($0, context) }
    }

    private static func isAboutPeople(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let block = context.block(of: sentence)
        if context.roles(of: sentence).contains(.security) { return true }
        return block.sentences.contains { index in
            let topics = context.document.sentences[index].topics
            return topics.has(.personalData) || topics.has(.sensitiveData)
        }
    }

    private static func namesDays(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let words = context.document.words
        guard
            sentence.words.contains(where: {
                ["keep", "keeps", "kept", "stored", "saved", "held"].contains(words[$0].key)
            })
        else { return false }
        return sentence.words.contains { position in
            let quantity = Quantity.read(position, in: sentence, words, context.document.prose)
            return quantity.map { $0.dimension == "time" && $0.value >= day } ?? false
        }
    }
}
