/// What a request asks for, in the forms of RFC 9112, 3.2, except that of CONNECT.
package struct RequestTarget: Sendable, Hashable {
    package let text: String
    package let path: String
    package let query: String?
    /// Of the absolute form, where it stands for that of the field Host (RFC 9112, 3.2.2).
    let authority: String?

    /// Takes a text apart without checking it.
    init(_ text: String) {
        self.text = text
        guard let first = text.utf8.first, first != UInt8(ascii: "/"), let scheme = Self.scheme(of: text) else {
            (path, query) = Self.split(text[...])
            authority = nil
            return
        }
        let rest = text.dropFirst(scheme)
        let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        authority = String(rest[..<end])
        (path, query) = Self.split(rest[end...])
    }

    /// Whether the text is of one of the forms that this method may have; the characters are checked already.
    func isValid(forOptions: Bool) -> Bool {
        if text == "*" { return forOptions }  // RFC 9112, 3.2.4
        if let authority { return HostField.isValid(authority) }
        return text.utf8.first == UInt8(ascii: "/")
    }

    private static func scheme(of text: String) -> Int? {
        for scheme in ["http://", "https://"] where text.utf8.count >= scheme.utf8.count {
            let isSame = zip(text.utf8, scheme.utf8).allSatisfy { $0 == $1 || $0 | 0x20 == $1 && $1 >= 0x61 }
            if isSame { return scheme.utf8.count }
        }
        return nil
    }

    private static func split(_ text: Substring) -> (String, String?) {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return (text.isEmpty ? "/" : String(text), nil)
        }
        let path = text[..<mark]
        return (path.isEmpty ? "/" : String(path), String(text[text.utf8.index(after: mark)...]))
    }
}

/// The value of the field Host (RFC 9110, 7.2).
enum HostField {
    /// Whether it may be a name or an address with or without a port. Lists, paths and users, by which two readers of
    /// one request may come to differ about where it goes, are none.
    static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(ByteClass.isHost)
    }
}
