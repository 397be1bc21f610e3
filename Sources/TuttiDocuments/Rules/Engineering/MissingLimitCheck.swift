import TuttiCore

/// Uploads, queues and lists that may grow without bound.
struct MissingLimitCheck: Check {
    let rule = Rule(
        "missing-limit", "Input without a limit", .medium, .engineering, kinds: DocumentKind.proposals,
        reason: "What has no limit is limited by the first outage; the user then gets no message.",
        bad: "Users can upload photos.", good: "Users can upload JPEG and PNG files of up to 20 MB, 50 at a time.")

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
        return Self.subjects.compactMap { subject in
            let places = context.statements(of: subject.topic).filter { sentence in
                !context.isAside(sentence) && !context.roles(of: sentence).contains(.users)
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
