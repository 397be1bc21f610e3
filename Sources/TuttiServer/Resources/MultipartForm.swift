/// A form with files, as browsers and curl send it (RFC 7578).
enum MultipartForm {
    static let mediaType = "multipart/form-data"

    struct Part: Sendable {
        var name: String
        var filename: String?
        var body: ArraySlice<UInt8>
    }

    /// Parts of a form; one with more is none that is meant for us.
    static let partsMax = 32

    /// What separates the parts; `nil` for another media type.
    static func boundary(of contentType: String?) -> String? {
        guard let contentType else { return nil }
        let pieces = contentType.split(separator: ";")
        guard let type = pieces.first, type.split(separator: " ").joined().lowercased() == mediaType else { return nil }
        for piece in pieces.dropFirst() {
            let sides = piece.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, sides[0].split(separator: " ").joined().lowercased() == "boundary" else { continue }
            let value = sides[1].drop { $0 == " " }
            let bare = value.hasPrefix("\"") ? value.dropFirst().prefix { $0 != "\"" } : value.prefix { $0 != " " }
            return (1...70).contains(bare.utf8.count) ? String(bare) : nil  // RFC 2046, 5.1.1
        }
        return nil
    }

    /// The parts in their order; `nil` when the form is not well formed.
    static func parts(of bytes: [UInt8], boundary: String) -> [Part]? {
        let line = Array("--\(boundary)".utf8)
        let separator = Array("\r\n".utf8) + line
        // What is before the first line of a boundary is to be ignored.
        guard
            var place = bytes.starts(with: line)
                ? line.count : find(separator, in: bytes, from: 0).map({ $0 + separator.count })
        else { return nil }
        var parts: [Part] = []
        while true {
            if bytes[place...].starts(with: Array("--".utf8)) { return parts }
            guard bytes[place...].starts(with: Array("\r\n".utf8)), parts.count < partsMax,
                let headEnd = find(Array("\r\n\r\n".utf8), in: bytes, from: place),
                let end = find(separator, in: bytes, from: headEnd + 2),
                let part = part(bytes[place..<headEnd], bytes[min(headEnd + 4, end)..<end])
            else { return nil }
            parts.append(part)
            place = end + separator.count
        }
    }

    private static func part(_ head: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) -> Part? {
        guard let text = String(validating: head, as: UTF8.self) else { return nil }
        for line in text.split(separator: "\r\n") {
            guard line.lowercased().hasPrefix("content-disposition:") else { continue }
            guard let name = value(of: "name", in: line) else { return nil }
            return Part(name: name, filename: value(of: "filename", in: line), body: body)
        }
        return nil
    }

    /// A parameter of a head's line, in quotes or without.
    private static func value(of name: String, in line: Substring) -> String? {
        var rest = line
        while let mark = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: mark)...].drop { $0 == " " }
            guard rest.lowercased().hasPrefix(name + "=") else { continue }
            let value = rest.dropFirst(name.count + 1)
            return String(value.hasPrefix("\"") ? value.dropFirst().prefix { $0 != "\"" } : value.prefix { $0 != ";" })
        }
        return nil
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, bytes.count >= needle.count else { return nil }
        var place = start
        while place <= bytes.count - needle.count {
            guard let next = bytes[place...].firstIndex(of: first) else { return nil }
            if next > bytes.count - needle.count { return nil }
            if bytes[next..<next + needle.count].elementsEqual(needle) { return next }
            place = next + 1
        }
        return nil
    }
}
