import FoundationEssentials
package import TuttiCore
package import TuttiModels

/// OpenAI's embeddings, as clients speak them to us.
package enum EmbeddingsInbound {
    package static let name = "embeddings"

    /// What a client asks for, and how it wants the numbers.
    package struct Call: Sendable {
        package var request: EmbeddingRequest
        /// Whether vectors are written as base64 of little-endian floats, as the vendor's own library wants them.
        package var isBase64: Bool
    }

    /// - Throws: ``GatewayError`` that names the field.
    package static func read(_ body: JSONValue) throws(GatewayError) -> Call {
        var fields = try RequestFields(body)
        let model = try fields.requiredText("model")
        let inputs = try inputs(&fields)
        guard (1...EmbeddingRequest.inputsMax).contains(inputs.count) else {
            throw .invalid("input", "must have 1 to \(EmbeddingRequest.inputsMax) texts")
        }
        let dimensions = try fields.integer("dimensions", in: 1...EmbeddingRequest.dimensionsMax)
        let form = try fields.text("encoding_format") ?? "float"
        guard form == "float" || form == "base64" else {
            throw .invalid("encoding_format", "must be float or base64")
        }
        let user = try fields.text("user")
        try fields.end()
        return Call(
            request: EmbeddingRequest(model: model, inputs: inputs, dimensions: dimensions, user: user),
            isBase64: form == "base64")
    }

    /// A failure whose field has the name that the client knows it by.
    package static func named(_ error: GatewayError) -> GatewayError {
        guard let field = error.field, field.hasPrefix("inputs") else { return error }
        let place = String(field.dropFirst("inputs".count))
        return error.naming([field: "input" + (place.hasPrefix("[") ? place : "")])
    }

    private static func inputs(_ fields: inout RequestFields) throws(GatewayError) -> EmbeddingRequest.Inputs {
        let problem = "must be a string, a list of strings, a list of tokens or a list of lists of tokens"
        switch fields.take("input") {
        case .string(let text)?: return .texts([text])
        case .array(let items)?:
            let texts = items.compactMap(\.stringValue)
            if texts.count == items.count { return .texts(texts) }
            if let tokens = tokens(items) { return .tokens([tokens]) }
            var lists: [[Int]] = []
            for (index, item) in items.enumerated() {
                guard case .array(let inner) = item, let tokens = tokens(inner) else {
                    throw .invalid("input[\(index)]", problem)
                }
                lists.append(tokens)
            }
            return .tokens(lists)
        default: throw .invalid("input", problem)
        }
    }

    private static func tokens(_ items: [JSONValue]) -> [Int]? {
        let tokens = items.compactMap(\.intValue).compactMap { Int(exactly: $0) }
        return tokens.count == items.count ? tokens : nil
    }

    /// The answer.
    ///
    /// - Parameter model: as the client has called it.
    package static func write(_ response: EmbeddingResponse, to call: Call, model: String) -> [UInt8] {
        var output = JSONOutput()
        output.raw("{\"object\":\"list\",\"data\":[")
        for (index, vector) in response.vectors.enumerated() {
            if index > 0 { output.raw(",") }
            output.raw("{\"object\":\"embedding\",\"index\":")
            output.integer(index)
            output.raw(",\"embedding\":")
            if call.isBase64 { output.string(base64(vector)) } else { write(vector, to: &output) }
            output.raw("}")
        }
        output.raw("],\"model\":")
        output.string(model)
        let tokens = response.usage?.input ?? 0
        output.raw(",\"usage\":{\"prompt_tokens\":")
        output.integer(tokens)
        output.raw(",\"total_tokens\":")
        output.integer(tokens)
        output.raw("}}")
        return output.bytes
    }

    private static func write(_ vector: [Float], to output: inout JSONOutput) {
        output.raw("[")
        for (index, number) in vector.enumerated() {
            if index > 0 { output.raw(",") }
            // The shortest digits that give the same 32 bits again.
            output.raw(number.description.utf8)
        }
        output.raw("]")
    }

    private static func base64(_ vector: [Float]) -> String {
        var bytes = Data(capacity: vector.count * 4)
        for number in vector {
            let bits = number.bitPattern
            for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }
        return bytes.base64EncodedString()
    }
}
