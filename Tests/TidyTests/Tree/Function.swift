/// A function with a body: where it begins and how many lines it has.
struct Function: Equatable {
    let name: String
    /// Counted from one.
    let line: Int
    let length: Int

    /// The functions of a file, in order; those inside of others are listed as well.
    static func all(in file: SourceFile) -> [Function] {
        switch file.fileExtension {
        case "swift": swift(file.code)
        case "c", "h": columnZero(file.code) { $0.contains("(") && !$0.hasPrefix(" ") && !$0.hasPrefix("#") }
        default: file.isScript ? columnZero(file.code) { $0.contains("() {") } : []
        }
    }

    private static let modifiers: Set<Substring> = [
        "public", "package", "private", "fileprivate", "internal", "static", "final", "override", "mutating",
        "nonmutating", "borrowing", "consuming", "convenience", "required", "class", "nonisolated", "isolated",
    ]

    private static func swift(_ code: [String]) -> [Function] {
        code.indices.compactMap { index in
            guard let name = declaredName(code[index]), let end = bodyEnd(code, from: index) else { return nil }
            return Function(name: name, line: index + 1, length: end - index + 1)
        }
    }

    /// `name` for `public func name(…`, `init`, `deinit` or `subscript`; nil when the line declares no function.
    static func declaredName(_ line: String) -> String? {
        var words = line.split(separator: " ")[...]
        while let word = words.first, modifiers.contains(word) || word.hasPrefix("@") { words.removeFirst() }
        guard let first = words.popFirst() else { return nil }
        let keyword = first.prefix { $0.isLetter }
        switch keyword {
        case "func": return words.first.map { String($0.prefix { $0 != "(" && $0 != "<" }) }
        case "init", "subscript":
            return first.dropFirst(keyword.count).first.map { "(<?".contains($0) } == true ? String(keyword) : nil
        case "deinit": return "deinit"
        default: return nil
        }
    }

    /// The line on which the body's last brace is; nil for a declaration without a body.
    private static func bodyEnd(_ code: [String], from start: Int) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in start..<code.count {
            if index > start, braces == 0, parentheses == 0, beginsAnother(code[index]) { return nil }
            for character in code[index] {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || braces > 0: braces += 1
                case "}":
                    if braces == 0, parentheses == 0 { return nil }
                    if braces > 0 { braces -= 1 }
                    if braces == 0, parentheses == 0 { return index }
                default: break
                }
            }
        }
        return nil
    }

    /// Whether a line before any body shows that the declaration above it was a requirement of a protocol.
    private static func beginsAnother(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        guard let first = words.first(where: { !modifiers.contains($0) && !$0.hasPrefix("@") }) else { return true }
        return ["var", "let", "associatedtype", "struct", "enum", "extension", "case"].contains(first)
            || declaredName(line) != nil
    }

    /// C and shell as we format them: the signature begins, and the last brace stands, in the first column.
    private static func columnZero(_ code: [String], begins: (String) -> Bool) -> [Function] {
        code.indices.compactMap { index in
            guard code[index].hasSuffix("{"), begins(code[index]) || code[index].hasPrefix("    ") else { return nil }
            // A signature may take several lines; go back to the one in the first column.
            let first = code[...index].lastIndex { !$0.hasPrefix(" ") && !$0.hasPrefix(")") } ?? index
            guard begins(code[first]), !code[first..<index].contains(where: { $0.hasSuffix(";") || $0.hasSuffix("{") }),
                let end = code[index...].firstIndex(where: { $0.hasPrefix("}") })
            else { return nil }
            let name = code[first].prefix { $0 != "(" }.split(whereSeparator: { $0 == " " || $0 == "*" }).last ?? ""
            return Function(name: String(name), line: first + 1, length: end - first + 1)
        }
    }
}
