import TuttiCore
import TuttiModels

/// Which of its interfaces a provider is asked by.
extension ModelDirectory {
    /// The dialect that the settings choose; without a choice the usual one.
    ///
    /// - Parameter usual: what the provider speaks by itself.
    /// - Throws: ``ModelDirectoryError`` `bad_provider_dialect` for a word that is none, or that the provider does not
    ///   speak.
    func dialect(
        of provider: KnownProvider, _ usual: any ModelDialect, _ server: ProviderSettings.Server?
    ) throws(ModelDirectoryError) -> any ModelDialect {
        guard let word = server?.dialect else { return usual }
        let setting = "providers.\(provider.name).dialect"
        guard let choice = DialectChoice(rawValue: word) else {
            let near = NearestName.find(word, among: DialectChoice.words).map { "did you mean '\($0)'? " } ?? ""
            throw ModelDirectoryError(
                .providerDialect,
                "'\(word.prefix(80))' is no dialect; \(near)\(setting) may be "
                    + "\(DialectChoice.words.joined(separator: " or ")), or left out")
        }
        guard let chat = usual as? ChatDialect else {
            throw ModelDirectoryError(
                .providerDialect, "\(provider.title) speaks one dialect only, its own; leave \(setting) out")
        }
        return switch choice {
        case .chat: chat
        case .responses: ResponsesDialect(chat.flavor, key: chat.key)
        }
    }
}

/// The interfaces that a server of OpenAI's kind may have, by the words of the settings.
private enum DialectChoice: String, CaseIterable {
    case chat
    case responses

    static let words = allCases.map(\.rawValue)
}
