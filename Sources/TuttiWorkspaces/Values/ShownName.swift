/// Names of any bytes as text that can be shown, and read back.
///
/// Most names are shown as they are. Control characters, marks that turn the direction of writing, backslashes, and
/// bytes that are not UTF-8 are shown as `%` and two hexadecimal digits; so is a `%` that could be taken for one of
/// those. No two names are shown alike.
package enum ShownName {
    package static func text(of name: [UInt8]) -> String {
        let valid = String(validating: name, as: UTF8.self)
        if let valid, !valid.unicodeScalars.contains(where: { isHidden($0) || $0 == "%" }) { return valid }
        var shown = ""
        if let valid {
            let bytes = Array(name)
            var index = 0
            for scalar in valid.unicodeScalars {
                let end = index + UTF8.width(scalar)
                let isEscape = scalar == "%" && byte(in: bytes, at: index) != nil
                if isHidden(scalar) || isEscape {
                    for byte in bytes[index..<end] { shown += escape(byte) }
                } else {
                    shown.unicodeScalars.append(scalar)
                }
                index = end
            }
            return shown
        }
        for (index, byte) in name.enumerated() {
            let scalar = Unicode.Scalar(byte)
            let isEscape = scalar == "%" && Self.byte(in: name, at: index) != nil
            if byte >= 0x80 || isHidden(scalar) || isEscape {
                shown += escape(byte)
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// The name that is shown so.
    package static func bytes(of shown: String) -> [UInt8] {
        let text = Array(shown.utf8)
        var (bytes, index): ([UInt8], Int) = ([], 0)
        while index < text.count {
            let escaped = byte(in: text, at: index)
            bytes.append(escaped ?? text[index])
            index += escaped == nil ? 1 : 3
        }
        return bytes
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x5C, 0x7F...0x9F, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
            true
        default: false
        }
    }

    /// The byte that `%` and two digits at this place stand for.
    private static func byte(in text: [UInt8], at index: Int) -> UInt8? {
        guard text[index] == UInt8(ascii: "%"), index + 2 < text.count else { return nil }
        guard let high = digit(text[index + 1]), let low = digit(text[index + 2]) else { return nil }
        return high << 4 | low
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func escape(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 0xF)])"
    }
}
