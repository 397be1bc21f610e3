extension BlockParser {
    /// Finds out which questions have answers, blanks the questions, and hides what belongs to open ones.
    mutating func resolveQuestions() {
        guard !questions.isEmpty else { return }
        endAtHeadings()
        var answers = Array(repeating: QuestionAnswers(), count: questions.count)
        for index in blocks.indices {
            guard let marker = blocks[index].question else { continue }
            let question = blocks[index].isListItem ? questionEnd(blocks[index].prose) : nil
            if let question { maskQuestion(index, upTo: question) }
            let says = blocks[index].kind == .code || !isPlaceholderOnly(blocks[index].prose)
            answers[marker].take(isQuestion: question != nil, says: says, isInList: belongsToItem(index))
            questions[marker].lines = questions[marker].lines.lowerBound..<blocks[index].lines.upperBound
        }
        for marker in questions.indices { questions[marker].isAnswered = answers[marker].areAnswered }
        for index in blocks.indices {
            guard let marker = blocks[index].question else { continue }
            blocks[index].isHidden = answers[marker].areOpen
        }
    }

    /// A heading ends what belongs to the marker above it; those of plain text were found late.
    mutating func endAtHeadings() {
        var ended: Int?
        var current: Int?
        for index in blocks.indices {
            if blocks[index].isHeading { ended = current }
            current = blocks[index].question ?? current
            if blocks[index].question == ended { blocks[index].question = nil }
        }
    }

    func belongsToItem(_ index: Int) -> Bool {
        blocks[index].isInList || lines[blocks[index].lines.lowerBound].indent >= 2
    }

    mutating func maskQuestion(_ index: Int, upTo end: Int) {
        let prose = blocks[index].prose
        for at in prose.lowerBound..<end where bytes[at] != ASCII.newline && bytes[at] != ASCII.carriageReturn {
            bytes[at] = ASCII.space
        }
        blocks[index].prose = end..<prose.upperBound
    }

    /// The offset behind the question mark of `**Question:** …?`, where an item is one.
    func questionEnd(_ prose: Range<Int>) -> Int? {
        let head = bytes[prose].prefix(24).filter { $0 != ASCII.star }
        guard head.starts(with: Array(QuestionText.lead.utf8)) else { return nil }
        return prose.first { bytes[$0] == ASCII.question }.map { $0 + 1 }
    }

    /// Nothing but `TBD`, `TODO`, dashes and the like: no answer.
    func isPlaceholderOnly(_ prose: Range<Int>) -> Bool {
        guard prose.count <= 64 else { return false }
        let said = String(decoding: bytes[prose], as: UTF8.self).lowercased()
            .split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
        return QuestionText.emptyAnswers.contains(said)
    }
}

/// Counts what stands behind the questions of one marker.
private struct QuestionAnswers {
    private var questions = 0
    private var answered = 0
    private var lastIsAnswered = true
    private var answersAll = false

    mutating func take(isQuestion: Bool, says: Bool, isInList: Bool) {
        if isQuestion {
            questions += 1
            lastIsAnswered = false
        }
        guard says else { return }
        if !isQuestion && !isInList { answersAll = true }
        if !lastIsAnswered { answered += 1 }
        lastIsAnswered = true
    }

    /// Each question has an answer of its own, or a paragraph below the list answers them together.
    var areAnswered: Bool { questions > 0 && !areOpen }

    /// Without any question left, the author has replaced them by text of their own.
    var areOpen: Bool { questions > answered && !answersAll }
}
