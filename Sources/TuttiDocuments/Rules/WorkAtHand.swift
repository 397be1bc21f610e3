/// Whether a text speaks of a thing to be built, changed or run. Rules on such things ask an essay, a letter or the
/// minutes of a meeting nothing.
enum WorkAtHand {
    /// Below this number of statements on a system it is mentioned in passing.
    private static let statementsLeast = 3
    /// And below this part of all statements.
    private static let shareLeast = 8

    private static let topics: [Topic] = [
        .production, .externalCall, .queue, .upload, .publicInterface, .anonymousUse, .load, .dataChange, .rollout,
        .openAccess, .signIn, .credential, .model, .personalData, .sensitiveData, .remoteControl, .outsideAddress,
    ]

    static func isSpokenOf(in context: ReviewContext) -> Bool {
        guard !isAccount(context.document) else { return false }
        let statements = context.document.sentences.filter(context.isStatement)
        let count = statements.count { sentence in topics.contains { sentence.topics.has($0) } }
        return count >= statementsLeast && count * shareLeast >= statements.count
    }

    /// A letter, minutes, a report, or the story of somebody: it tells what was, and requires nothing.
    static func isAccount(_ document: Document) -> Bool {
        isLetter(document) || isMinutes(document) || isReport(document) || isStory(document)
    }

    private static let openingsMost = 6

    private static func isLetter(_ document: Document) -> Bool {
        document.sentences.prefix(openingsMost).contains { document.words[$0.words.lowerBound].key == "dear" }
    }

    private static let presence: Set<String> = ["present", "attendees", "participants", "attending", "excused"]
    private static let minutesTitles: Set<String> = [
        "attendees", "participants", "action items", "actions", "agenda", "minutes", "present", "decisions and actions",
    ]

    private static func isMinutes(_ document: Document) -> Bool {
        document.sentences.prefix(openingsMost).contains { sentence in
            let first = document.words[sentence.words.lowerBound]
            return presence.contains(first.key) && first.after == ASCII.colon
        } || document.sections.contains { !$0.isHidden && minutesTitles.contains(Document.fold($0.title.utf8)) }
    }

    private static let reportTitles: [String] = [
        "release notes", "changelog", "what's new", "newsletter", "postmortem", "post mortem", "post-mortem",
        "incident report", "retrospective", "frequently asked questions", "faq", "weekly", "status week",
        "status report", "status update", "m f d", "job description",
    ]
    private static let reportSections: Set<String> = [
        "what happened", "what went well", "what went wrong", "root cause", "lessons learned", "fixed", "bug fixes",
        "what we offer", "what you will do", "your profile", "your tasks", "who we are", "what you bring",
    ]

    /// What was released, what went wrong, how far one is, who is looked for.
    private static func isReport(_ document: Document) -> Bool {
        let titles = document.sections.dropFirst().filter { !$0.isHidden }.map { Document.fold($0.title.utf8) }
        let title = " \(titles.first ?? "") "
        return reportTitles.contains { title.contains(" \($0) ") } || titles.contains(where: reportSections.contains)
    }

    private static let telling: Set<String> = ["i", "my", "me", "was", "were", "had", "did", "went", "came", "said"]
    private static let storyLeast = 5

    private static func isStory(_ document: Document) -> Bool {
        let said = document.sentences.filter { sentence in
            let block = document.blocks[sentence.block]
            return block.isProse && !block.isHidden && !block.isQuoted
        }
        let told = said.count { sentence in sentence.words.contains { telling.contains(document.words[$0].key) } }
        return told >= storyLeast && told * 3 >= said.count
    }
}
