import TuttiCore

/// How lines look.
package enum LogFormat: String, Sendable, CaseIterable {
    /// An object of JSON on each line, for programs.
    case json
    /// Time, level, message and `key=value`, for people.
    case human
}

/// One line that is to be written.
struct LogLine {
    let time: Timestamp
    let level: Log.Level
    let message: String
    let metadata: LogMetadata

    /// The longest text of one value, and of the message.
    static let valueBytesMax = 4096
    /// The longest line; pairs that find no room are counted in `log.pairs_left_out`.
    static let lineBytesMax = 16_384
    /// Room that is kept for that count and the end of the line.
    private static let reserve = 64
    /// What a line says of itself; a key of this name gets a line in front.
    private static let reserved: Set<String> = ["time", "level", "message"]

    /// The line, without its end.
    func write(as format: LogFormat, without redactions: Redactions) -> String {
        switch format {
        case .json: json(redactions)
        case .human: human(redactions)
        }
    }

    private func json(_ redactions: Redactions) -> String {
        var json = JSONText()
        json.open("{")
        for (name, text) in [
            ("time", time.description), ("level", level.rawValue), ("message", fit(message, redactions)),
        ] {
            json.name(name)
            json.string(text)
        }
        var leftOut = 0
        for pair in metadata.pairs {
            var value = JSONText()
            switch pair.value {
            case .string(let text): value.string(fit(text, redactions))
            case .int(let number): value.int(number)
            case .double(let number): value.double(number)
            case .bool(let flag): value.bool(flag)
            }
            let key = key(pair.key, redactions)
            let size = json.bytes.count + value.bytes.count + JSONText.escaped(key).count + Self.reserve
            guard size <= Self.lineBytesMax else {
                leftOut += 1
                continue
            }
            json.name(key)
            json.raw(value.bytes)
        }
        if leftOut > 0 {
            json.name("log.pairs_left_out")
            json.int(Int64(leftOut))
        }
        json.close("}")
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func human(_ redactions: Redactions) -> String {
        let name = level.rawValue.uppercased()
        let blanks = String(repeating: " ", count: max(0, 8 - name.utf8.count))
        var line = "\(time) \(name)\(blanks) \(Self.visible(fit(message, redactions)))"
        var leftOut = 0
        for pair in metadata.pairs {
            let text =
                switch pair.value {
                case .string(let text): Self.quoted(fit(text, redactions))
                case .int(let number): "\(number)"
                case .double(let number): "\(number)"
                case .bool(let flag): "\(flag)"
                }
            let part = " \(Self.visible(key(pair.key, redactions)))=\(text)"
            guard line.utf8.count + part.utf8.count + Self.reserve <= Self.lineBytesMax else {
                leftOut += 1
                continue
            }
            line += part
        }
        return leftOut > 0 ? line + " log.pairs_left_out=\(leftOut)" : line
    }

    private func key(_ key: String, _ redactions: Redactions) -> String {
        let clean = Self.cut(redactions.clean(key), bytesMax: 128)
        return Self.reserved.contains(clean) ? "_" + clean : clean
    }

    /// Secrets go before the text is cut: the beginning of one would not be known any more.
    private func fit(_ text: String, _ redactions: Redactions) -> String {
        Self.cut(redactions.clean(text), bytesMax: Self.valueBytesMax)
    }

    /// Never inside of a character.
    private static func cut(_ text: String, bytesMax: Int) -> String {
        guard text.utf8.count > bytesMax else { return text }
        var (kept, size) = (String.UnicodeScalarView(), "…".utf8.count)
        for scalar in text.unicodeScalars {
            size += UTF8.width(scalar)
            guard size <= bytesMax else { break }
            kept.append(scalar)
        }
        return String(kept) + "…"
    }

    /// In quotes when it holds a blank or one of `="`, or nothing.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && !text.utf8.contains { $0 == 0x20 || $0 == 0x22 || $0 == 0x3D || $0 == 0x5C }
        return isPlain ? visible(text) : "\"" + visible(text, quotes: true) + "\""
    }

    /// Control characters as Swift writes them, so that no text can begin a line or steer a terminal.
    private static func visible(_ text: String, quotes: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\"" where quotes: result += "\\\""
            case "\\" where quotes: result += "\\\\"
            default:
                if ControlCharacters.contains(scalar) {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}
