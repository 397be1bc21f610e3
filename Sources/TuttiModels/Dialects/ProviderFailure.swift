import TuttiCore

/// What a body tells of a failure.
package struct ProviderFailure: Sendable, Hashable {
    /// The provider's codes and types, the most telling first.
    package var words: [String] = []
    /// The field that it refuses.
    package var parameter: String?
    /// Its sentence. It may quote what was asked, even keys.
    package var message: String?
    /// How long it asks to be left alone.
    package var retryDelay: Duration?
    /// The status that it stands for where the real one says success.
    package var status: Int?

    /// No error needs more; larger bodies are not looked into.
    package static let bodyBytesMax = 1 << 20
    /// Characters that are kept of a message.
    package static let messageMax = 2000
    /// Characters of a word that is shown.
    package static let wordMax = 64

    /// The first word that may be shown.
    func shownWord(hiding key: SecretText?) -> String? {
        words.lazy.compactMap { Self.plain($0, hiding: key) }.first
    }

    /// The sentence without the key, which some servers repeat.
    func shownMessage(hiding key: SecretText?) -> SecretText? {
        guard let message else { return nil }
        let cut = String(message.prefix(Self.messageMax))
        guard let key, !key.revealed.isEmpty else { return SecretText(cut) }
        return SecretText(cut.replacing(key.revealed, with: "[secret]"))
    }

    func shownParameter(hiding key: SecretText?) -> String? { parameter.flatMap { Self.plain($0, hiding: key) } }

    /// A word as it is, or `nil` when it could be a sentence or a key: what is shown has to be a name.
    ///
    /// - Parameter digitsMax: codes have few digits, keys have many; ids have as many as they like.
    static func plain(_ word: String, hiding key: SecretText?, digitsMax: Int = 4) -> String? {
        guard !word.isEmpty, word.utf8.count <= wordMax, ASCIIWord.fits(word, also: "_-.[]"),
            word.count(where: \.isNumber) <= digitsMax
        else { return nil }
        if let key, !key.revealed.isEmpty, word.contains(key.revealed) || key.revealed.contains(word) { return nil }
        return word
    }

    /// A word for a text that is too long, of providers that tell it by a sentence alone; behind their own words.
    mutating func noteContextLength() {
        guard let message, Self.contextSentences.contains(where: { message.contains($0) }) else { return }
        words.append("context_length_exceeded")
    }

    /// Parts of what Anthropic and Google say when the text has more tokens than the model takes.
    private static let contextSentences = [
        "prompt is too long", "exceed context limit", "exceeds the maximum number of tokens",
    ]

    /// Fields that models refuse, and that a caller can do without.
    private static let optionalFields = [
        "temperature", "reasoning_effort", "effort", "max_tokens", "max_completion_tokens", "response_format",
        "output_config", "responseJsonSchema", "responseMimeType", "stop_sequences", "stop", "tool_choice", "thinking",
        "metadata", "user", "top_p", "top_k", "topP", "topK", "seed", "presence_penalty", "frequency_penalty",
        "presencePenalty", "frequencyPenalty", "parallel_tool_calls", "max_output_tokens",
    ]

    /// The field that a sentence is about, for providers that name it nowhere else.
    static func field(namedIn message: String?) -> String? {
        guard let message, message.utf8.count <= messageMax else { return nil }
        let words = Set(message.split { !($0.isLetter || $0 == "_") })
        return optionalFields.first { words.contains(Substring($0)) }
    }
}
