package import TuttiModels

/// What an answer has to be like to be taken; one that is not goes on to another deployment, as a failure does.
package struct AnswerChecks: Sendable, Hashable {
    /// One thing that is asked of an answer.
    package enum Demand: String, Sendable, Hashable, CaseIterable {
        /// It says something, or calls a tool.
        case text
        /// It did not end because it had reached its limit of tokens.
        case complete
        /// Where an answer in JSON was asked for, it is, and has the form that was asked for.
        case json
        /// The model did not decline.
        case willing
    }

    package var demands: Set<Demand>
    /// Phrases that it must not have, in any case of letters.
    package var phrases: [String]

    /// The word for an answer with such a phrase, beside those of ``Demand``.
    package static let phraseWord = "without"

    package init(_ demands: Set<Demand> = [], without phrases: [String] = []) {
        self.demands = demands
        self.phrases = phrases
    }

    /// What is asked, in the words of ``unmet(by:to:)``.
    package var words: [String] {
        Demand.allCases.filter(demands.contains).map(\.rawValue) + (phrases.isEmpty ? [] : [Self.phraseWord])
    }

    /// The word of the first demand that an answer does not meet; `nil` when it meets all.
    package func unmet(by response: ModelResponse, to request: ModelRequest) -> String? {
        for demand in Demand.allCases where demands.contains(demand) && !Self.meets(demand, response, request) {
            return demand.rawValue
        }
        guard !phrases.isEmpty else { return nil }
        let text = response.text.lowercased()
        return phrases.contains { text.contains($0.lowercased()) } ? Self.phraseWord : nil
    }

    private static func meets(_ demand: Demand, _ response: ModelResponse, _ request: ModelRequest) -> Bool {
        switch demand {
        case .text: !response.toolCalls.isEmpty || response.text.contains { !$0.isWhitespace }
        case .complete: response.finish != .length
        case .willing: response.finish != .filtered
        case .json:
            // A call of a tool is no answer yet.
            if let form = request.output, response.toolCalls.isEmpty {
                JSONForm(form.schema).fits(response.text)
            } else {
                true
            }
        }
    }

    /// What an answer that does not meet a demand is for the next deployment in line: a failure that another one may
    /// mend, and that is no fault of the one that answered.
    package static func failure(_ demand: String, _ usage: ModelUsage?) -> ModelError {
        var error = ModelError(.checkFailed, .retryElsewhere, "the answer does not pass the check '\(demand)'")
        error.usage = usage
        return error
    }
}
