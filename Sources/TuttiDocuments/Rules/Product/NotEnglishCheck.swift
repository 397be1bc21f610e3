import TuttiCore

/// Says once that most rules were not asked, instead of asking them in the wrong language.
struct NotEnglishCheck: Check {
    let rule = Rule(
        "not-english", "Text is not English", .medium, .product,
        reason: "The vocabulary of the rules is English; on other languages most of them would be silent or wrong.",
        bad: "Die Suche muss schnell sein.", good: "Search must answer within 300 ms.")
    let knowsAnyLanguage = true

    func findings(in context: ReviewContext) -> [Finding] {
        guard !context.document.isEnglish else { return [] }
        return [
            Finding(
                rule: rule, subject: "document",
                message: "The text does not look like English, so rules that depend on words were not applied",
                suggestion: "Read the review as one of structure only, or have a model review the text.",
                section: "", line: 1)
        ]
    }
}
