/// Takes out of a text what differs between two runs that did the same: ids, times and the home's path.
package enum Normaliser {
    /// - Parameter home: the folder in which everything of the run is; it becomes `<home>`.
    package static func normalise(_ text: String, home: String) -> String {
        var output = ""
        var rest = text.replacing(home, with: "<home>")[...]
        while let first = rest.first {
            if let (token, mark) = identifier(at: rest) ?? time(at: rest) ?? duration(at: rest) {
                output += mark
                rest = rest.dropFirst(token)
            } else {
                output.append(first)
                rest = rest.dropFirst()
            }
        }
        return output
    }

    /// `run_` or another short prefix, and 26 characters of base32.
    private static func identifier(at text: Substring) -> (length: Int, mark: String)? {
        let prefix = text.prefix(3)
        guard prefix.count == 3, prefix.allSatisfy({ $0.isLowercase }), text.dropFirst(3).first == "_" else {
            return nil
        }
        let body = text.dropFirst(4).prefix(26)
        guard body.count == 26, body.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber) }) else { return nil }
        return (30, "<\(prefix)>")
    }

    /// `2026-01-02T03:04:05.678Z`, with any number of decimals and with a blank instead of the letter.
    private static func time(at text: Substring) -> (length: Int, mark: String)? {
        let shape = "dddd-dd-ddTdd:dd:dd"
        let head = text.prefix(shape.count)
        let fits =
            head.count == shape.count
            && zip(head, shape).allSatisfy { character, wanted in
                wanted == "d"
                    ? character.isASCII && character.isNumber
                    : character == wanted || (wanted == "T" && character == " ")
            }
        guard fits else { return nil }
        let tail = text.dropFirst(shape.count)
        let decimals = tail.first == "." ? tail.dropFirst().prefix { $0.isNumber }.count : 0
        let fraction = decimals > 0 ? decimals + 1 : 0
        let zone = tail.dropFirst(fraction).first == "Z" ? 1 : 0
        return (shape.count + fraction + zone, "<time>")
    }

    /// A JSON member that holds a time in milliseconds or seconds, such as `"started":1767323045678`.
    private static func duration(at text: Substring) -> (length: Int, mark: String)? {
        guard text.first == "\"" else { return nil }
        let name = text.dropFirst().prefix { $0 != "\"" && $0 != "\n" }
        guard isTime(name) else { return nil }
        let colon = text.dropFirst(name.count + 2).prefix { $0 == ":" || $0 == " " }
        let number = text.dropFirst(name.count + 2 + colon.count).prefix { $0.isNumber || $0 == "." || $0 == "-" }
        guard colon.contains(":"), !number.isEmpty else { return nil }
        return (name.count + 2 + colon.count + number.count, "\"\(name)\":<number>")
    }

    private static func isTime(_ name: Substring) -> Bool {
        let exact: Set<Substring> = ["at", "created", "ended", "finished", "started", "duration", "elapsed"]
        return exact.contains(name) || ["_ms", "_s", "_at", "Milliseconds", "Seconds"].contains { name.hasSuffix($0) }
    }
}
