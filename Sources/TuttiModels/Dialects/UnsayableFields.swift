/// Fields of a request for which a dialect has no words. To leave one out unseen would change what is asked, so the
/// request is refused.
struct UnsayableFields {
    /// The dialect, as messages name it.
    let dialect: String
    /// What the caller can do, besides to leave the field out.
    let wayOut: String
    private var found: [String] = []

    init(in dialect: String, wayOut: String) {
        self.dialect = dialect
        self.wayOut = wayOut
    }

    /// Refuses the field if the request has it.
    mutating func refuse(_ field: String, if isThere: Bool) { if isThere { found.append(field) } }

    /// Refuses that only one tool is called at one time. Without tools that holds anyway.
    mutating func refuseSingleCalls(in request: ModelRequest) {
        refuse("allowsParallelToolCalls", if: request.allowsParallelToolCalls == false && !request.tools.isEmpty)
    }

    /// Refuses pictures in the results of tools.
    mutating func refuseImagesOfTools(in request: ModelRequest) {
        for (index, message) in request.messages.enumerated() {
            for (part, content) in message.content.enumerated() {
                guard case .toolResult(let result) = content, !result.images.isEmpty else { continue }
                found.append("messages[\(index)].content[\(part)].image")
            }
        }
    }

    /// - Throws: ``ModelError`` `bad_request` that names the first field, the dialect and the way out.
    func check() throws(ModelError) {
        if let field = found.first { throw .unsayable(field, in: dialect, "leave it out, or \(wayOut)") }
    }
}
