import FoundationEssentials
import TuttiCore
import TuttiModels
import TuttiRuntime

/// A program that gives a credential (`credential_process` of a profile; AWS SDKs and Tools Reference Guide, "Process
/// credential provider").
struct AmazonCredentialProcess: Sendable {
    let command: String
    let profile: String
    let environment: [String: String]

    /// How long it may take; some ask a person.
    static let patience = Duration.seconds(60)

    /// - Throws: ``ModelError``, which never shows what the program was started with or has written;
    ///   `CancellationError`.
    func fetch() async throws -> IssuedCredential<AmazonCredential> {
        let source = "the credential_process of the profile '\(profile.prefix(80))'"
        guard let words = CommandWords.split(command), let program = words.first else {
            throw ModelError.noCredential("\(source) is empty or has a quote that does not end; correct it")
        }
        var call = Subprocess(program, Array(words.dropFirst()), environment: environment)
        call.timeout = Self.patience
        call.outputMax = CredentialCalls.answerBytesMax
        let result: SubprocessResult
        do {
            result = try await call.run()
        } catch let error as SubprocessError {
            throw error.isRetryable
                ? ModelError.credentialUnreachable("\(source) could not be started; try again")
                : ModelError.noCredential("\(source) could not be started (\(error.code)); correct its path")
        }
        guard case .exited(0) = result.end else {
            throw ModelError.noCredential("\(source) failed; run it by hand to see why")
        }
        guard let answer = try? WireJSON.read(Data(result.output.bytes)), answer["Version"]?.intValue == 1 else {
            throw ModelError.noCredential("\(source) did not write a JSON object with \"Version\": 1; correct it")
        }
        return try IssuedCredential(answer, token: "SessionToken", from: source)
    }
}

/// The words of a command line as a shell splits it, without anything that a shell would put in.
enum CommandWords {
    /// `nil` when a quote does not end.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = line.makeIterator()
        while let character = rest.next() {
            switch (character, quote) {
            case ("\\", nil):
                guard let next = rest.next() else { return nil }
                word = (word ?? "") + String(next)
            case ("\\", "\""):
                guard let next = rest.next() else { return nil }
                word = (word ?? "") + (next == "\"" || next == "\\" ? String(next) : "\\" + String(next))
            case (let mark, let open?) where mark == open: quote = nil
            case ("\"", nil), ("'", nil):
                quote = character
                word = word ?? ""
            case (let blank, nil) where blank.isWhitespace:
                if let whole = word { words.append(whole) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        return words + (word.map { [$0] } ?? [])
    }
}
