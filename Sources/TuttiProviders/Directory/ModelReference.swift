import TuttiCore
import TuttiModels

/// A model by its full name: `provider/name`.
struct ModelReference: Sendable, Hashable {
    let provider: String
    /// As the provider knows it; it may hold more slashes.
    let model: String

    /// - Parameter providers: the names that there are, for those who have mistyped one.
    /// - Throws: ``ModelDirectoryError`` `bad_model_name`.
    init(_ text: String, among providers: [String]) throws(ModelDirectoryError) {
        let shown = "'\(text.prefix(Self.shownMax))'"
        guard let slash = text.firstIndex(of: "/") else {
            if providers.contains(text) {
                throw ModelDirectoryError(
                    .modelName,
                    "\(shown) is a provider; add one of its models: \(text)/MODEL ('tutti models ls' lists them)")
            }
            let guess = Self.guess(text).map { "did you mean '\($0)/\(text)'?" }
            let near = NearestName.find(text, among: providers).map { "did you mean '\($0)/MODEL'?" }
            throw ModelDirectoryError(
                .modelName,
                "\(shown) names no provider: a model is PROVIDER/NAME; \(guess ?? near ?? "such as ollama/NAME")")
        }
        provider = String(text[..<slash])
        model = String(text[text.index(after: slash)...])
        guard !model.isEmpty else {
            throw ModelDirectoryError(
                .modelName, "\(shown) names no model: write PROVIDER/NAME ('tutti models ls' lists them)")
        }
        guard provider == ModelDirectory.scriptName || ModelRequest.isModelName(model) else {
            throw ModelDirectoryError(
                .modelName, "the model of \(shown) must have at most 256 visible ASCII characters; check the name")
        }
    }

    private static let shownMax = 80

    /// Whose a model is that is known by the beginning of its name.
    private static func guess(_ text: String) -> String? {
        [("gpt", "openai"), ("claude", "anthropic"), ("gemini", "gemini")]
            .first { text.lowercased().hasPrefix($0.0) && text.utf8.count <= shownMax }?.1
    }
}
