/// The elements of `Forwarded` fields (RFC 7239, 4), read from the last to the first.
enum ForwardedField {
    /// What one proxy says of the request that it got.
    struct Element: Equatable {
        var from: String?
        var proto: String?
        var host: String?
    }

    /// The elements of several fields, last first, at most `countMax` places; `nil` for one that is not of the grammar,
    /// or says something twice. A string that is open at the end of its field makes all of it one such element.
    static func elements(_ fields: [String], countMax: Int) -> [Element?] {
        texts(fields, countMax: countMax).map(\.trimmedBlanks).filter { !$0.isEmpty }.map(element)
    }

    private static func element(_ text: Substring) -> Element? {
        var element = Element()
        var names: Set<String> = []
        var reader = PairReader(text)
        while let pair = reader.next() {
            guard let (name, value) = pair.value else { continue }
            guard names.insert(name).inserted else { return nil }
            switch name {
            case "for": element.from = value
            case "proto": element.proto = value
            case "host": element.host = value
            default: break
            }
        }
        return reader.isWhole ? element : nil
    }

    /// A comma in a quoted string parts nothing.
    private static func texts(_ fields: [String], countMax: Int) -> [Substring] {
        var found: [Substring] = []
        for field in fields.reversed() {
            found += parts(field, countMax: countMax - found.count)
            guard found.count < countMax else { break }
        }
        return found
    }

    /// From the end. Whether a comma is inside of a string shows only from the beginning, so the commas are looked for
    /// first.
    private static func parts(_ field: String, countMax: Int) -> [Substring] {
        var commas: [String.Index] = []
        var (isQuoted, isEscaped) = (false, false)
        for index in field.utf8.indices {
            let byte = field.utf8[index]
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "\\"), isQuoted {
                isEscaped = true
            } else if byte == UInt8(ascii: ","), !isQuoted {
                commas.append(index)
            }
        }
        if isQuoted { return [field[...]] }
        var parts: [Substring] = []
        var end = field.endIndex
        for comma in commas.reversed() {
            parts.append(field[field.utf8.index(after: comma)..<end])
            end = comma
            guard parts.count < countMax else { return parts }
        }
        parts.append(field[..<end])
        return parts
    }
}
