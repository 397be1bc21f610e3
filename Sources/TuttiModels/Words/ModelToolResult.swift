/// What a tool has answered.
public struct ModelToolResult: Sendable, Hashable {
    /// A part of what a tool has answered.
    public enum Part: Sendable, Hashable {
        /// A text.
        case text(String)
        /// A picture. Not every provider takes one from a tool.
        case image(ModelImage)
    }

    /// The id of the call.
    public var callID: String
    /// What came out, or what went wrong, in order.
    public var content: [Part]
    /// Whether the tool has failed.
    public var isError: Bool

    /// A result from its parts.
    public init(callID: String, content: [Part], isError: Bool = false) {
        self.callID = callID
        self.content = content
        self.isError = isError
    }

    /// A result that is a text.
    public init(callID: String, text: String, isError: Bool = false) {
        self.init(callID: callID, content: [.text(text)], isError: isError)
    }

    /// The texts of the result, each on lines of its own, without the pictures.
    public var text: String {
        content.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }

    /// The pictures of the result.
    public var images: [ModelImage] {
        content.compactMap { if case .image(let image) = $0 { image } else { nil } }
    }
}

extension ModelToolResult: Codable {
    private enum CodingKeys: String, CodingKey { case callID, text, content, isError }

    /// Reads a result with `content`, or one with a `text` alone, as all were written before there were pictures.
    ///
    /// - Throws: `DecodingError` when it has neither.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        callID = try container.decode(String.self, forKey: .callID)
        isError = try container.decodeIfPresent(Bool.self, forKey: .isError) ?? false
        content =
            if let parts = try container.decodeIfPresent([Part].self, forKey: .content) {
                parts
            } else {
                [.text(try container.decode(String.self, forKey: .text))]
            }
    }

    /// Writes a single text as `text`, so that it is the same as it has always been, and anything else as `content`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(callID, forKey: .callID)
        try container.encode(isError, forKey: .isError)
        if content.count == 1, case .text(let text) = content[0] {
            try container.encode(text, forKey: .text)
        } else {
            try container.encode(content, forKey: .content)
        }
    }
}

extension ModelToolResult.Part: Codable {
    private enum CodingKeys: String, CodingKey { case text, image }

    /// Reads an object with one member, such as `{"text": "…"}`.
    ///
    /// - Throws: `DecodingError` when it has none that is known.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try container.decodeIfPresent(String.self, forKey: .text) {
            self = .text(text)
        } else {
            self = .image(try container.decode(ModelImage.self, forKey: .image))
        }
    }

    /// Writes an object with one member.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let text): try container.encode(text, forKey: .text)
        case .image(let image): try container.encode(image, forKey: .image)
        }
    }
}
