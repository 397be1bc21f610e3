package import FoundationEssentials
package import TuttiCore

/// A part of a provider's list of models.
package struct ModelListPage: Sendable, Hashable {
    package var models: [ModelDescription] = []
    /// What to ask for to get the next part; `nil` when this was the last.
    package var next: String?
    /// Who made the models, as servers of the chat completions dialect tell; it gives away which server it is.
    package var owners: Set<String> = []

    /// A part without models.
    package init() {}

    /// Bytes of a part.
    package static let bytesMax = 16 << 20
    /// Models of one part that are looked at.
    package static let modelsMax = 10_000
    /// Models that are asked for at once, where that can be said.
    static let sizeAsked = 1000
}

extension ModelDialect {
    /// Reads a part of the list from its bytes.
    ///
    /// - Throws: ``ModelError`` `malformed_answer`, `answer_too_large`.
    package func list(_ bytes: Data) throws(ModelError) -> ModelListPage {
        guard bytes.count <= ModelListPage.bytesMax else {
            throw .tooLarge(name, "bytes in its list of models", ModelListPage.bytesMax)
        }
        guard let body = try? WireJSON.read(bytes), case .object = body else {
            throw .malformed(name, "its list of models is no JSON object")
        }
        return try list(in: body)
    }

    /// Members of the list with names that a request can use; the others are left out.
    func page(
        _ items: JSONValue?, _ member: String, of read: (JSONValue) -> ModelDescription?
    ) throws(ModelError) -> ModelListPage {
        switch items {
        case .array?, .null?: break  // Ollama without models says null
        default: throw .malformed(name, "it has no list of models in '\(member)'")
        }
        var page = ModelListPage()
        for item in (items?.items ?? []).prefix(ModelListPage.modelsMax) {
            if let owner = item["owned_by"]?.stringValue, owner.utf8.count <= 64 { page.owners.insert(owner) }
            if let model = read(item), ModelRequest.isModelName(model.name) { page.models.append(model) }
        }
        return page
    }
}

extension ChatDialect {
    package func encodeList(page: String?) throws(ModelError) -> WireRequest {
        WireRequest(path: "/models", headers: try header("authorization", prefix: "Bearer ", key), body: Data())
    }

    package func list(in body: JSONValue) throws(ModelError) -> ModelListPage {
        if let error = failureInside(body) { throw error }
        return try page(body["data"], "data") { item in
            guard let name = item["id"]?.stringValue else { return nil }
            // OpenRouter, vLLM, LM Studio and llama.cpp each have a word of their own.
            let context = [
                item["context_length"], item["max_model_len"], item["max_context_length"], item["meta"]?["n_ctx_train"],
            ]
            return ModelDescription(
                name: name, contextTokens: context.lazy.compactMap { $0?.limit }.first,
                outputTokensMax: item["top_provider"]?["max_completion_tokens"]?.limit)
        }
    }
}

extension AnthropicDialect {
    package func encodeList(page: String?) throws(ModelError) -> WireRequest {
        let version = version ?? .v2026_10_21
        let after = page.map { "&after_id=\(QueryText.escape($0))" } ?? ""
        return WireRequest(
            path: "/v1/models?limit=\(ModelListPage.sizeAsked)\(after)",
            headers: [WireRequest.Header("anthropic-version", version.rawValue)] + (try credentials(for: version)),
            body: Data())
    }

    package func list(in body: JSONValue) throws(ModelError) -> ModelListPage {
        var page = try page(body["data"], "data") { item in
            item["id"]?.stringValue.map {
                ModelDescription(
                    name: $0, contextTokens: item["max_input_tokens"]?.limit,
                    outputTokensMax: item["max_tokens"]?.limit)
            }
        }
        if body["has_more"] == .bool(true) { page.next = body["last_id"]?.stringValue }
        return page
    }
}

extension GeminiDialect {
    package func encodeList(page: String?) throws(ModelError) -> WireRequest {
        let token = page.map { "&pageToken=\(QueryText.escape($0))" } ?? ""
        return WireRequest(
            path: "/\(version.rawValue)/models?pageSize=\(ModelListPage.sizeAsked)\(token)",
            headers: try header("x-goog-api-key", key), body: Data())
    }

    package func list(in body: JSONValue) throws(ModelError) -> ModelListPage {
        let prefix = "models/"
        var page = try page(body["models"] ?? .array([]), "models") { item in
            guard let name = item["name"]?.stringValue else { return nil }
            // Others make embeddings or pictures.
            if let methods = item["supportedGenerationMethods"]?.items, !methods.contains("generateContent") {
                return nil
            }
            return ModelDescription(
                name: name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name,
                contextTokens: item["inputTokenLimit"]?.limit, outputTokensMax: item["outputTokenLimit"]?.limit)
        }
        page.next = body["nextPageToken"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        return page
    }
}

extension JSONValue {
    /// A number of tokens that is a limit; 0 and nothing are none.
    fileprivate var limit: Int64? { tokens.flatMap { $0 > 0 ? $0 : nil } }
}

/// Texts in the query of a URL.
enum QueryText {
    /// The text with everything but letters, digits, `-`, `.` and `_` percent-encoded.
    static func escape(_ text: String) -> String {
        text.utf8.reduce(into: "") { escaped, byte in
            let character = String(decoding: [byte], as: UTF8.self)
            if byte < 0x80, ASCIIWord.fits(character, also: "-._") {
                escaped += character
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.utf8.count == 1 ? "0" + digits : digits)
            }
        }
    }
}
