import TuttiCore

/// What an answer depends on besides the request's body.
package struct AnswerScope: Sendable, Hashable {
    /// Whose answer it is: nothing of one tenant is given to another.
    package var tenant: String
    package var dialect: CallDialect
    /// The model, as the client calls it.
    package var model: String
    /// The models that may answer under this name, so that a route that leads elsewhere has answers of its own.
    package var answerers: [String] = []
    /// Whose stored keys they are asked with, by their names: what the key of one has paid for is nothing to whoever
    /// could not ask with it.
    package var keyHolders: [String: String] = [:]
    /// Fields of the head that change the form of an answer, by their names in lower case.
    package var headers: [String: String] = [:]
    /// What guards do to requests and answers, in a text that is theirs.
    package var guards = ""

    package init(tenant: String, dialect: CallDialect, model: String) {
        self.tenant = tenant
        self.dialect = dialect
        self.model = model
    }

    var values: [JSONValue] {
        [
            .string(tenant), .string(dialect.rawValue), .string(model), .array(answerers.map { .string($0) }),
            .object(keyHolders.mapValues { .string($0) }), .object(headers.mapValues { .string($0) }),
            .string(guards),
        ]
    }
}
