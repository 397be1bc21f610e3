import FoundationEssentials
import TuttiModels

/// A picture as OpenAI's dialects have it: an address, or the picture itself as `data:TYPE;base64,…` (RFC 2397).
enum DataURL {
    /// - Throws: ``GatewayError`` for another scheme, and for what is not base64.
    static func image(_ text: String, at path: String) throws(GatewayError) -> ModelImage {
        guard text.hasPrefix("data:") else {
            guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
                throw .invalid(path, "must be an http or https URL, or data:TYPE;base64,…")
            }
            return ModelImage(.url(text))
        }
        guard let comma = text.firstIndex(of: ",") else { throw .invalid(path, "has no ',' behind its media type") }
        let head = text[..<comma].dropFirst("data:".count)
        guard head.hasSuffix(";base64"), let bytes = Data(base64Encoded: String(text[text.index(after: comma)...])),
            !bytes.isEmpty
        else { throw .invalid(path, "must be base64 behind 'data:TYPE;base64,'") }
        return ModelImage(.bytes(bytes, mediaType: String(head.dropLast(";base64".count))))
    }
}
