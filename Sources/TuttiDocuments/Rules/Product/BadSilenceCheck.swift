import TuttiCore

/// Comments that want to silence a rule and cannot.
struct BadSilenceCheck: Check {
    let rule = Rule(
        "bad-silence", "Silencing comment without effect", .low, .product,
        reason: "A silenced rule without a reason is a blind spot; a misspelt code silences nothing.",
        bad: "<!-- tutti-ignore vague-requirement -->",
        good: "<!-- tutti-ignore vague-requirement: the measure is in the appendix -->")
    let knowsAnyLanguage = true

    func findings(in context: ReviewContext) -> [Finding] {
        context.document.silences.compactMap { silence in
            let unknown = silence.codes.filter { !Catalogue.codes.contains($0) }
            let problem: String
            if silence.codes.isEmpty {
                problem = "This comment names no rule, so it silences nothing"
            } else if let code = unknown.first {
                problem = "There is no rule \"\(code)\" to silence"
            } else if silence.reason.isEmpty {
                problem =
                    "\"\(silence.codes.joined(separator: ", "))\" is silenced without a reason, so it is not silenced"
            } else {
                return nil
            }
            return Finding(
                rule: rule, subject: "\(silence.codes.joined(separator: " ")) \(silence.reason)", message: problem,
                suggestion: "Write <!-- tutti-ignore rule-code: reason -->; `tutti rules` lists the codes.",
                section: "", line: silence.line + 1)
        }
    }
}
