/// Links whose text and address name two numbers, and counts that do not fit the range beside them.
enum NumberedLinks {
    struct Mismatch {
        var line: Int
        var said: String
        var meant: String
    }

    private static let kinds: Set<String> = ["issues", "pull", "pulls", "merge_requests", "browse", "tickets"]

    /// `[repo#12](https://…/issues/13)`.
    static func mismatches(in context: ReviewContext) -> [Mismatch] {
        var found: [Mismatch] = []
        for index in context.document.lines.indices {
            let line = context.document.lines[index]
            let bytes = context.document.source[line.first..<line.end]
            guard line.end - line.first < 2_000, bytes.contains(ASCII.hash), bytes.contains(ASCII.openParen) else {
                continue
            }
            for part in String(decoding: bytes, as: UTF8.self).split(separator: "[").dropFirst() {
                guard let close = part.range(ofText: "](") else { continue }
                let address = part[close.upperBound...].prefix { $0 != ")" }.split(separator: "/")
                let said =
                    part[..<close.lowerBound].split(separator: "#").last.map { $0.prefix(while: \.isNumber) } ?? ""
                guard part[..<close.lowerBound].contains("#"), said.count > 1, address.count > 2,
                    kinds.contains(String(address[address.count - 2])), let meant = address.last,
                    meant.allSatisfy(\.isNumber), meant != said
                else { continue }
                found.append(Mismatch(line: index, said: String(said), meant: String(meant)))
            }
        }
        return found
    }

    /// `5 workers (ports 5001-5006)`.
    static func ranges(in context: ReviewContext) -> [Mismatch] {
        let prose = context.document.sentences.filter(context.isStatement).map { sentence in
            (sentence.line - 1, String(decoding: context.document.prose[sentence.bytes].prefix(300), as: UTF8.self))
        }
        return (prose + context.codeLines.map { ($0.index, $0.text) }).compactMap { index, text in
            guard let open = text.range(ofText: "(ports ") else { return nil }
            let ends = text[open.upperBound...].prefix { $0.isNumber || $0 == "-" || $0 == "–" }
                .split { $0 == "-" || $0 == "–" }.compactMap { Int($0) }
            let before = text[..<open.lowerBound].split(separator: " ").suffix(4)
            guard ends.count == 2, ends[1] > ends[0], ends[1] - ends[0] < 100,
                let count = before.compactMap({ Int($0) }).last, count != ends[1] - ends[0] + 1
            else { return nil }
            return Mismatch(line: index, said: "\(count)", meant: "\(ends[1] - ends[0] + 1)")
        }
    }
}

extension StringProtocol {
    /// The first place of a short text, found without Foundation.
    fileprivate func range(ofText text: String) -> Range<Index>? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(text) { return at..<index(at, offsetBy: text.count) }
            at = index(after: at)
        }
        return nil
    }
}
