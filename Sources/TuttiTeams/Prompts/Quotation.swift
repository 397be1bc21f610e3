import TuttiCore
import TuttiDocuments

/// Quotes texts of others so that a model can tell them from what it is asked.
///
/// The marks around a quotation hold a digest of it, and one that does not occur in it, so that no text can write its
/// own end. Each line has its number, and what some readers take for the end of a line is shown as a sign.
enum Quotation {
    /// A text line by line.
    ///
    /// - Parameters:
    ///   - name: what the marks call it.
    ///   - firstLine: the number of its first line.
    static func numbered(_ text: String, as name: String, firstLine: Int = 1) -> String {
        let lines = lines(of: text)
        let width = "\(firstLine + lines.count - 1)".utf8.count
        let shown = lines.enumerated().map { index, line in
            let number = "\(firstLine + index)"
            let margin = String(repeating: " ", count: width - number.utf8.count)
            return line.isEmpty ? "\(margin)\(number) |" : "\(margin)\(number) | \(line)"
        }
        return fenced(shown, of: text, as: name)
    }

    /// A text whose lines nobody has to name.
    static func plain(_ text: String, as name: String) -> String { fenced(lines(of: text), of: text, as: name) }

    private static func fenced(_ lines: [String], of text: String, as name: String) -> String {
        let mark = "\(name)-\(mark(for: text))"
        return "<\(mark)>\n\(lines.joined(separator: "\n"))\n</\(mark)>"
    }

    /// Sixteen digits that do not occur in the text.
    private static func mark(for text: String) -> String {
        var digest = Digest.sha256Hex(text)
        while text.contains(digest.prefix(16)) { digest = Digest.sha256Hex(digest) }
        return String(digest.prefix(16))
    }

    private static func lines(of text: String) -> [String] {
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { line in
            shown(Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line))
        }
    }

    private static func shown(_ line: Substring) -> String {
        guard line.unicodeScalars.contains(where: { sign(for: $0) != nil }) else { return String(line) }
        var shown = String.UnicodeScalarView()
        for scalar in line.unicodeScalars { shown.append(sign(for: scalar) ?? scalar) }
        return String(shown)
    }

    /// What stands for a control character; `nil` for what may stand as it is.
    private static func sign(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x09: nil
        case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value)
        case 0x7F: "\u{2421}"
        case 0x85, 0x2028, 0x2029: "\u{2424}"
        case 0x80...0x9F: "\u{FFFD}"
        default: nil
        }
    }
}

extension DocumentPart {
    /// The part as a model is shown it, with what it has to know about the rest.
    func quoted(as name: String = "document") -> String {
        guard count > 1 else { return Quotation.numbered(text, as: name, firstLine: firstLine) }
        let place = "This is part \(number) of \(count): lines \(lines.lowerBound) to \(lines.upperBound)."
        let cut = beginsInsideLine ? " It begins in the middle of line \(firstLine), which is very long." : ""
        let contents =
            outline.isEmpty
            ? nil : "The headings of the whole document with their lines:\n\n" + Quotation.plain(outline, as: "outline")
        return Prompt.paragraphs(
            "The document is too long to be shown in one piece. \(place)\(cut) What you do not see may stand in "
                + "another part, and others look at those.", contents,
            Quotation.numbered(text, as: name, firstLine: firstLine))
    }
}

extension DocumentKind {
    /// With an article, to stand in a sentence.
    var inWords: String {
        switch self {
        case .prd: "a product requirements document"
        case .rfc: "a proposal that asks for comments and a decision (RFC)"
        case .architecture: "a description of how a system is built"
        case .runbook: "a runbook: steps for people who operate a system"
        case .readme: "a README"
        case .generic: "a document"
        }
    }
}
