/// What holds for every provider, looked at before anything is sent.
extension EmbeddingRequest {
    /// - Throws: ``ModelError`` `bad_request` that names the field, the rule and the way out.
    func check() throws(ModelError) {
        guard ModelRequest.isModelName(model) else {
            throw .badRequest("model", "must be a name of at most 256 visible characters")
        }
        guard inputs.count > 0 else { throw .badRequest("inputs", "is empty; give at least one text") }
        guard inputs.count <= Self.inputsMax else {
            throw .badRequest(
                "inputs", "has \(inputs.count) texts; a call takes at most \(Self.inputsMax), so make several")
        }
        if let dimensions, !(1...Self.dimensionsMax).contains(dimensions) {
            throw .badRequest(
                "dimensions", "must be from 1 to \(Self.dimensionsMax); leave it out for the model's own")
        }
        switch inputs {
        case .texts(let texts): try refuse(texts.firstIndex(of: ""))
        case .tokens(let tokens):
            try refuse(tokens.firstIndex(of: []))
            if let place = tokens.firstIndex(where: { $0.contains { $0 < 0 } }) {
                throw .badRequest("inputs[\(place)]", "has a token below 0; tokens are numbers from 0")
            }
        }
    }

    private func refuse(_ empty: Int?) throws(ModelError) {
        if let empty { throw .badRequest("inputs[\(empty)]", "is empty and has no vector; remove it") }
    }
}
