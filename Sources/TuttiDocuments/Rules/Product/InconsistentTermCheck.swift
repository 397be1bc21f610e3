import TuttiCore

/// One thing, two spellings.
struct InconsistentTermCheck: Check {
    static let code = "inconsistent-term"
    let rule = Rule(
        code, "One term, two spellings", .low, .product,
        reason: "Readers and searches take two spellings for two things.",
        bad: "Enter your e-mail. … The email is checked.", good: "Enter your email. … The email is checked.")

    func findings(in context: ReviewContext) -> [Finding] {
        TermVariants(context: context).groups.compactMap { group in
            guard let minor = group.forms.last, let major = group.forms.first,
                let place = minor.places.first
            else { return nil }
            let sentence = context.document.sentences[place.sentence]
            let isTie = major.places.count == minor.places.count
            return context.finding(
                rule, at: sentence, subject: group.key,
                message: "\"\(minor.text)\" (\(count(minor))) and \"\(major.text)\" (\(count(major))) "
                    + "are used for the same thing",
                suggestion: isTie ? "Choose one of them." : "Use \"\(major.text)\" throughout.")
        }
    }

    private func count(_ form: TermVariants.Form) -> String { "\(form.places.count)×" }
}
