import TuttiCore

/// Uploads, queues and lists that may grow without bound.
struct MissingLimitCheck: Check {
    let rule = Rule(
        "missing-limit", "Input without a limit", .medium, .engineering, kinds: DocumentKind.systems,
        reason: "What has no limit is limited by the first outage; the user then gets no message.",
        bad: "Users can upload photos.", good: "Users can upload JPEG and PNG files of up to 20 MB, 50 at a time.")
    let needsWorkAtHand = true

    private struct Subject {
        var topic: Topic
        var name: String
        var units: Set<String>
        var question: String
    }

    private static let subjects: [Subject] = [
        .init(
            topic: .upload, name: "uploads",
            units: [
                "mb", "gb", "kb", "mib", "gib", "kib", "bytes", "megabytes", "megapixels", "files", "pages", "rows",
            ],
            question:
                "How large may one file be, how many at once, of which types, and what does the user see above that?"),
        .init(
            topic: .queue, name: "the queue", units: ["messages", "jobs", "items", "events", "entries"],
            question: "How many entries may wait, and what happens to the next one?"),
        .init(
            topic: .bulk, name: "bulk data", units: ["rows", "mb", "gb", "records", "items", "results"],
            question: "How many records may one request touch or return, and what happens above that?"),
        .init(
            topic: .publicInterface, name: "the public interface", units: ["requests", "calls", "rps", "qps"],
            question: "How many requests may one caller make in a minute, and what is answered above that?"),
    ]

    func findings(in context: ReviewContext) -> [Finding] {
        guard context.kind != .rfc || RunningSystem.isChanged(in: context) else { return [] }
        return unlimited(context) + planned(context) + (context.kind == .readme ? uploads(context) : named(context))
    }

    /// Use without an account, and payloads that hold everything.
    private func unlimited(_ context: ReviewContext) -> [Finding] {
        let subjects: [(Topic, String)] = [
            (.anonymousUse, "How many requests, of what length, may one visitor without an account make in a minute"),
            (.wholePayload, "How large may it become, and what happens above that"),
        ]
        return subjects.compactMap { topic, question in
            let place = context.claims(of: topic).first { sentence in
                !context.isDenied(sentence) || topic == .anonymousUse
            }
            guard let place, !isBounded(place, context) else { return nil }
            let words = context.word(of: topic, in: place)
            return context.finding(
                rule, at: place, subject: "unlimited \(words)",
                message: "\"\(words)\": no limit is named, neither for size nor for number",
                suggestion: "Give the limit, and what happens to what is above it.", questions: ["\(question)?"])
        }
    }

    private func isBounded(_ place: Sentence, _ context: ReviewContext) -> Bool {
        context.claims(of: .limitWord).contains {
            context.hasMeasure($0) && (context.chapter(of: $0) == context.chapter(of: place))
        }
    }

    /// A plan to limit requests says that today nothing limits them.
    private func planned(_ context: ReviewContext) -> [Finding] {
        context.statements(of: .limitWord).filter { sentence in
            let title = context.section(of: sentence).title.lowercased()
            return context.block(of: sentence).isListItem && title.contains("roadmap")
                && context.holds(sentence, ["throttling", "quotas", "rate", "ratelimiting"])
                && !isTicked(sentence, context)
        }.prefix(1).map { sentence in
            context.finding(
                rule, at: sentence, severity: .high, subject: "planned limit",
                message: "The limit is still to come, so nothing limits callers today",
                suggestion: "Say what protects the service until then.",
                questions: [
                    "What keeps one caller from using up everything until this is there, and from when on is it?"
                ])
        }
    }

    /// A README shows uploads in its tree or list of endpoints.
    private func uploads(_ context: ReviewContext) -> [Finding] {
        guard !context.statements(of: .limitWord).contains(where: context.hasMeasure),
            let line = context.codeLines.first(where: { isUpload($0.text) })
        else { return [] }
        return [
            context.finding(
                rule, atLine: line.index, subject: "uploads",
                message: "Files are uploaded, but no limit is named: neither size nor type nor number",
                suggestion: "Give the limit, and what happens to what is above it.",
                questions: ["How large may one file be, of which types, and what does the user see above that"])
        ]
    }

    private func isUpload(_ text: String) -> Bool {
        let words = Document.fold(text.utf8).split(separator: " ")
        return words.contains("upload") && (words.contains("file") || words.contains("post") || words.contains("files"))
    }

    private func isTicked(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let line = context.document.lines[context.block(of: sentence).lines.lowerBound]
        return context.document.source[line.first..<line.end].prefix(5).contains(UInt8(ascii: "x"))
    }

    private func named(_ context: ReviewContext) -> [Finding] {
        Self.subjects.compactMap { subject in
            let places = context.statements(of: subject.topic).filter { sentence in
                !context.isAside(sentence) && !context.roles(of: sentence).contains(.users)
                    && (subject.topic != .queue || context.kind != .generic && isQueue(sentence, context))
                    && !isNumbered(sentence, subject, context)
            }
            guard let first = places.first, !isLimited(subject, places, context) else { return nil }
            let word = context.text(context.marks(in: first, of: subject.topic)[0].words)
            return context.finding(
                rule, at: first, subject: subject.name,
                message: "\"\(word)\" is named, but no limit for it: neither size nor number",
                suggestion: "Give the limit, and what happens to what is above it.",
                questions: ["For \"\(word)\": " + Self.lowerFirst(subject.question)])
        }
    }

    /// "attachment 2" is a part of the document.
    private func isNumbered(_ sentence: Sentence, _ subject: Subject, _ context: ReviewContext) -> Bool {
        context.marks(in: sentence, of: subject.topic).allSatisfy { mark in
            mark.words.upperBound < sentence.words.upperBound
                && context.document.words[mark.words.upperBound].kind == .number
        }
    }

    /// A log such as Kafka keeps everything for a time; a queue fills up.
    private func isQueue(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.marks(in: sentence, of: .queue).contains { mark in
            mark.words.contains { ["queue", "queues", "rabbitmq", "sqs"].contains(context.document.words[$0].key) }
        }
    }

    private static func lowerFirst(_ text: String) -> String { (text.first?.lowercased() ?? "") + text.dropFirst() }

    /// A word of limit in a sentence on the subject or its section, or a number with one of its units anywhere.
    private func isLimited(_ subject: Subject, _ places: [Sentence], _ context: ReviewContext) -> Bool {
        let sections = Set(places.map { context.block(of: $0).section })
        let limits = context.document.marks(of: .limitWord).map {
            context.document.sentences[context.document.marks[$0].sentence]
        }
        if limits.contains(where: { sections.contains(context.block(of: $0).section) && context.hasMeasure($0) }) {
            return true
        }
        for sentence in context.document.sentences where !context.block(of: sentence).isHidden {
            for position in sentence.words where context.document.words[position].kind == .number {
                let number = context.document.words[position].key
                let attached = String(number.drop { !$0.isLetter })
                let next = position + 1 < sentence.words.upperBound ? context.document.words[position + 1].key : ""
                if subject.units.contains(attached) || subject.units.contains(next) { return true }
            }
        }
        return false
    }
}
