import Tutti

/// A critic of one's own: a type with one method.
struct Shouting: Critic {
    let id = "shouting"

    func review(_ request: ReviewRequest) async throws -> Review {
        let loud = request.document.split(separator: "\n").filter { $0.hasSuffix("!!!") }
        return Review(
            critic: id,
            findings: loud.map { line in
                Finding(
                    critic: id, code: "loud", severity: .high, subject: String(line),
                    message: "Three exclamation marks are two too many.", quote: String(line))
            })
    }
}
