import TuttiCore
import TuttiModels

/// Reading the full names of models, and saying what is wrong with them.
extension ModelDirectory {
    /// A full name, `provider/name`, in its two parts. It takes more than a `ModelReference`: the path of a cassette
    /// may have any characters.
    ///
    /// - Throws: ``ModelDirectoryError`` `bad_model_name`.
    func parts(of text: String) throws(ModelDirectoryError) -> (provider: String, model: String) {
        var shown: String { "'\(text.prefix(Self.shownMax))'" }
        guard let slash = text.firstIndex(of: "/") else {
            if names.contains(text) {
                throw ModelDirectoryError(
                    .modelName,
                    "\(shown) is a provider; add one of its models: \(text)/MODEL ('tutti models ls' lists them)")
            }
            let guess = Self.guess(text).map { "did you mean '\($0)/\(text)'?" }
            let near = NearestName.find(text, among: names).map { "did you mean '\($0)/MODEL'?" }
            throw ModelDirectoryError(
                .modelName,
                "\(shown) names no provider: a model is PROVIDER/NAME; \(guess ?? near ?? "such as ollama/NAME")")
        }
        let provider = String(text[..<slash])
        let model = String(text[text.index(after: slash)...])
        guard !model.isEmpty else {
            throw ModelDirectoryError(
                .modelName, "\(shown) names no model: write PROVIDER/NAME ('tutti models ls' lists them)")
        }
        guard provider == ModelDirectory.scriptName || ModelRequest.isModelName(model) else {
            throw ModelDirectoryError(
                .modelName, "the model of \(shown) must have at most 256 visible ASCII characters; check the name")
        }
        return (provider, model)
    }

    private static let shownMax = 80

    /// Whose a model is that is known by the beginning of its name.
    private static func guess(_ text: String) -> String? {
        [("gpt", "openai"), ("claude", "anthropic"), ("gemini", "gemini")]
            .first { text.lowercased().hasPrefix($0.0) && text.utf8.count <= shownMax }?.1
    }
}
