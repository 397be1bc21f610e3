import TuttiCore
import TuttiEngine

/// What a run may spend, as it is sent: dollars as a text such as `"2.00"` or a number, counts as numbers. For a run
/// that is there already, a text that begins with a plus adds to the limit.
struct BudgetBody: Codable, Sendable {
    var usd: Amount?
    var tokens: Amount?
    var steps: Amount?
    /// Milliseconds.
    var activeTimeMs: Amount?

    private enum CodingKeys: String, CodingKey {
        case usd, tokens, steps
        case activeTimeMs = "active_time_ms"
    }

    /// A text or a number.
    struct Amount: Codable, Sendable, JSONSchemaProviding {
        static var jsonSchema: JSONSchema {
            var schema = JSONSchema.anyOf([.string(), .number(minimum: 0)])
            schema.examples = ["2.00", 2]
            return schema
        }

        let text: String

        init(_ usd: USD) { text = usd.decimal }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let number = try? container.decode(Int64.self) {
                text = String(number)
            } else {
                text = try container.decode(Double.self).description
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
    }

    /// The budget of a run that is to be started.
    ///
    /// - Throws: a ``Problem`` that names the field.
    func budget() throws -> Budget {
        let raise = try raise()
        guard raise.by == Budget() else {
            throw Problem.badField("/budget", "sign", "a new run has no limit that could be added to; leave out the +")
        }
        return raise.to
    }

    /// How the budget of a run is raised.
    ///
    /// - Throws: a ``Problem`` that names the field.
    func raise() throws -> BudgetRaise {
        var raise = BudgetRaise()
        try set("usd", usd, in: &raise) { budget, text in
            guard let amount = USD(text) else { return false }
            budget.usd = amount
            return true
        }
        for (name, amount, path) in [("tokens", tokens, \Budget.tokens), ("steps", steps, \Budget.steps)] {
            try set(name, amount, in: &raise) { budget, text in
                guard let count = Int64(text), count > 0 else { return false }
                budget[keyPath: path] = count
                return true
            }
        }
        try set("active_time_ms", activeTimeMs, in: &raise) { budget, text in
            guard let count = Int64(text), count > 0 else { return false }
            budget.activeTime = .milliseconds(count)
            return true
        }
        return raise
    }

    private func set(
        _ name: String, _ amount: Amount?, in raise: inout BudgetRaise, _ put: (inout Budget, String) -> Bool
    ) throws {
        guard let text = amount?.text else { return }
        let isAdded = text.hasPrefix("+")
        let number = isAdded ? String(text.dropFirst()) : text
        guard isAdded ? put(&raise.by, number) : put(&raise.to, number) else {
            throw Problem.badField(
                "/budget/\(name)", "amount",
                "'\(CleanText.line(text, bytesMax: 40))' is no amount of \(name) that a budget can have; it takes "
                    + "\(name == "usd" ? "dollars such as 2.00" : "a whole number above 0"), with a + to add to a limit"
            )
        }
    }
}
