/// Members whose strings are nobody's words: names that programs have for things, and what is sealed or drawn.
///
/// Arguments of tools, and what a caller adds for itself, may have members of any name: there all are words.
extension JSONWalk {
    private static let names: [StaticString] = [
        "model", "role", "type", "id", "tool_call_id", "call_id", "tool_use_id", "item_id", "media_type", "object",
    ]
    private static let sealed: [StaticString] = ["data", "file_data", "signature", "encrypted_content"]
    private static let addresses: [StaticString] = ["url", "image_url", "file_data", "data"]
    private static let free: [StaticString] = ["input", "arguments", "metadata"]

    /// Bytes of a name that a program has for something.
    private static let nameBytesMax = 256
    /// Bytes that are looked at all the same, however they look: a key may be so long.
    private static let sealedBytesMin = 256

    /// Whether the text at hand is passed over.
    func isNoWords(_ text: Text) -> Bool {
        guard let name else { return false }
        if Self.names.contains(where: { isWord(name, $0) }) { return isName(text) && !isFree }
        if Self.sealed.contains(where: { isWord(name, $0) }), isSealed(text.range), !isFree { return true }
        return Self.addresses.contains { isWord(name, $0) } && isDataURL(text) && !isFree
    }

    /// Whether it holds the tokens of an answer with their likelihoods.
    var isLikelihoods: Bool { (name.map { isWord($0, "logprobs") } ?? false) && !isFree }

    private func isName(_ text: Text) -> Bool {
        unsafe text.range.count <= Self.nameBytesMax && slice(text.range).allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private func isSealed(_ range: Range<Int>) -> Bool {
        unsafe range.count >= Self.sealedBytesMin && slice(range).allSatisfy(\.isBase64)
    }

    /// A picture or a file in place of its address.
    private func isDataURL(_ text: Text) -> Bool {
        let bytes = unsafe slice(text.range)
        guard unsafe bytes.starts(with: "data:".utf8), let comma = unsafe bytes.firstIndex(of: UInt8(ascii: ",")),
            unsafe bytes[..<comma].reversed().starts(with: "46esab;".utf8)
        else { return false }
        return isSealed((comma + 1)..<text.range.upperBound)
    }

    /// Whether it stands among what may have members of any name. A list of that name is the conversation itself.
    var isFree: Bool {
        for (index, step) in path.enumerated().dropLast() {
            guard case .member(let name) = step, case .member = path[index + 1] else { continue }
            if Self.free.contains(where: { isWord(name, $0) }) { return true }
        }
        return false
    }
}
