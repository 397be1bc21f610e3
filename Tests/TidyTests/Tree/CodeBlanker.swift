/// Replaces comments and the contents of string literals by spaces, so that rules see only code.
///
/// Lines stay where they are. It knows nested comments, escapes, interpolations, raw and multi-line strings; it does
/// not know regular expression literals, which this repository does not use.
struct CodeBlanker {
    private let input: [UInt8]
    private var output: [UInt8] = []
    private var position = 0

    static func blank(_ input: [UInt8]) -> [UInt8] {
        var blanker = CodeBlanker(input: input)
        blanker.output.reserveCapacity(input.count)
        while blanker.position < input.count { blanker.code() }
        return blanker.output
    }

    private init(input: [UInt8]) {
        self.input = input
    }

    private func looks(at text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= input.count else { return false }
        return text.withUTF8Buffer { wanted in
            for index in 0..<count where unsafe input[position + index] != wanted[index] { return false }
            return true
        }
    }

    private mutating func keep() {
        output.append(input[position])
        position += 1
    }

    private mutating func hide(_ count: Int = 1) {
        for _ in 0..<count where position < input.count {
            output.append(input[position] == UInt8(ascii: "\n") ? UInt8(ascii: "\n") : UInt8(ascii: " "))
            position += 1
        }
    }

    private mutating func code() {
        if looks(at: "//") {
            while position < input.count, !looks(at: "\n") { hide() }
        } else if looks(at: "/*") {
            comment()
        } else if looks(at: "\"") {
            string(pounds: 0)
        } else if looks(at: "#"), let pounds = rawStringPounds() {
            string(pounds: pounds)
        } else if looks(at: "'") {
            character()
        } else {
            keep()
        }
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if looks(at: "/*") {
                depth += 1
                hide(2)
            } else if looks(at: "*/") {
                depth -= 1
                hide(2)
            } else {
                hide()
            }
        } while depth > 0 && position < input.count
    }

    /// A C character literal such as `'"'`; an apostrophe elsewhere in code stays.
    private mutating func character() {
        let end = position + (position + 1 < input.count && input[position + 1] == UInt8(ascii: "\\") ? 3 : 2)
        guard end < input.count, input[end] == UInt8(ascii: "'") else { return keep() }
        hide(end - position + 1)
    }

    /// The number of `#` here when a string follows them.
    private func rawStringPounds() -> Int? {
        var end = position
        while end < input.count, input[end] == UInt8(ascii: "#") { end += 1 }
        return end < input.count && input[end] == UInt8(ascii: "\"") ? end - position : nil
    }

    private mutating func string(pounds: Int) {
        for _ in 0..<pounds { keep() }
        let isMultiline = looks(at: "\"\"\"")
        let quotes = isMultiline ? 3 : 1
        for _ in 0..<quotes { keep() }
        while position < input.count {
            if closes(quotes: quotes, pounds: pounds) {
                for _ in 0..<(quotes + pounds) { keep() }
                return
            }
            if looks(at: "\n"), !isMultiline { return }  // not a string after all
            if isEscape(pounds: pounds) {
                escape(pounds: pounds)
            } else {
                hide()
            }
        }
    }

    private func closes(quotes: Int, pounds: Int) -> Bool {
        guard position + quotes + pounds <= input.count else { return false }
        let closing = input[position..<(position + quotes + pounds)]
        return closing.prefix(quotes).allSatisfy { $0 == UInt8(ascii: "\"") }
            && closing.dropFirst(quotes).allSatisfy { $0 == UInt8(ascii: "#") }
    }

    private func isEscape(pounds: Int) -> Bool {
        guard looks(at: "\\"), position + 1 + pounds < input.count else { return false }
        return input[(position + 1)..<(position + 1 + pounds)].allSatisfy { $0 == UInt8(ascii: "#") }
    }

    private mutating func escape(pounds: Int) {
        hide(1 + pounds)
        guard looks(at: "(") else { return hide() }
        // An interpolation is code; its parentheses balance.
        var depth = 0
        repeat {
            if looks(at: "(") { depth += 1 }
            if looks(at: ")") { depth -= 1 }
            code()
        } while depth > 0 && position < input.count
    }
}
