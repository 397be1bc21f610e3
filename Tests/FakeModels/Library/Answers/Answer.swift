package import TuttiCore

/// What a fake model answers to one call, and how that comes.
package struct Answer: Sendable {
    /// What an answer is made of, in this order.
    package enum Part: Sendable, Hashable {
        /// A summary of thoughts, which comes with a seal where the dialect has one.
        case thought(String)
        case text(String)
        /// The call of a tool; `arguments` is JSON, or what a bad model makes of it.
        case tool(name: String, arguments: String)
    }

    /// Why it ends there.
    package enum Ending: Sendable, Hashable {
        /// By itself, or with calls of tools.
        case natural
        /// The most tokens were reached.
        case length
        /// A filter stopped it.
        case filtered
    }

    package var parts: [Part]
    package var ending = Ending.natural
    /// What is counted; `nil` counts the texts.
    package var usage: TokenUsage?
    /// What the call costs in millionths of a dollar, where ``usage`` does not say it.
    package var microdollars: Int?
    /// How long the model thinks before the first byte.
    package var delay = Duration.zero
    /// Characters of a piece when it is streamed.
    package var pieceSize = 16
    /// Time between two pieces.
    package var pause = Duration.zero
    /// What each piece, and the end, wait for.
    package var gate: Gate?
    /// What goes wrong.
    package var faults: [Fault] = []

    package init(_ parts: [Part]) { self.parts = parts }

    package static func text(_ text: String) -> Answer { Answer([.text(text)]) }

    /// A value as text.
    package static func json(_ value: JSONValue) -> Answer { .text(JSONText.write(value)) }

    package static func tool(_ name: String, _ arguments: JSONValue) -> Answer {
        Answer([.tool(name: name, arguments: JSONText.write(arguments))])
    }

    /// Nothing at all.
    package static let empty = Answer([])

    /// So many bytes of text.
    package static func large(bytes: Int = 10 << 20) -> Answer {
        var answer = Answer.text(String(repeating: "0123456789abcde ", count: (bytes + 15) / 16))
        answer.pieceSize = 16 << 10
        return answer
    }

    /// A text that wants to move the cursor, to ring the bell, to set the title of the window, and to end early.
    package static let controlCharacters = Answer.text(
        "a\u{1b}[2J\u{7}b\u{1b}]0;title\u{7}\u{0}\u{8}\r\u{9b}31mc\u{7f}\n")

    /// A fixed text of so many tokens, in pieces of so many.
    package static func tokens(_ count: Int, perPiece: Int) -> Answer {
        var answer = Answer.text((0..<count).map { " " + String(String(1000 + $0 % 1000).dropFirst()) }.joined())
        answer.pieceSize = TokenUsage.bytesPerToken * max(1, perPiece)
        return answer
    }

    /// Nothing but a failure.
    package static func failure(_ failure: Failure) -> Answer { Answer([]).with(.failure(failure)) }

    /// The same with a fault more.
    package func with(_ fault: Fault) -> Answer {
        var copy = self
        copy.faults.append(fault)
        return copy
    }

    /// The same after a while.
    package func after(_ delay: Duration) -> Answer {
        var copy = self
        copy.delay = delay
        return copy
    }

    /// The same, of which each piece and the end wait for the gate.
    package func behind(_ gate: Gate) -> Answer {
        var copy = self
        copy.gate = gate
        return copy
    }

    /// The same in pieces of so many characters.
    package func inPieces(of size: Int) -> Answer {
        var copy = self
        copy.pieceSize = max(1, size)
        return copy
    }

    /// The same with another usage.
    package func using(_ usage: TokenUsage) -> Answer {
        var copy = self
        copy.usage = usage
        return copy
    }
}

extension Answer {
    /// What is counted for a call.
    func usage(of call: ModelCall) -> TokenUsage {
        if let usage { return usage }
        var usage = TokenUsage(uncached: TokenUsage.tokens(of: call.prompt), microdollars: microdollars)
        for part in parts {
            switch part {
            case .thought(let text):
                usage.output += TokenUsage.tokens(of: text)
                usage.reasoning += TokenUsage.tokens(of: text)
            case .text(let text): usage.output += TokenUsage.tokens(of: text)
            case .tool(let name, let arguments): usage.output += TokenUsage.tokens(of: name + arguments)
            }
        }
        return usage
    }

    var hasTools: Bool {
        parts.contains { if case .tool = $0 { true } else { false } }
    }

    /// A text in pieces; an empty one has none.
    func pieces(of text: String) -> [Substring] {
        if text.utf8.count <= pieceSize { return text.isEmpty ? [] : [text[...]] }
        var pieces: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            // Scalars: a line end of two characters may come apart, as models cut it.
            let end = rest.unicodeScalars.index(rest.startIndex, offsetBy: pieceSize, limitedBy: rest.endIndex)
            pieces.append(rest[..<(end ?? rest.endIndex)])
            rest = rest[(end ?? rest.endIndex)...]
        }
        return pieces
    }
}
