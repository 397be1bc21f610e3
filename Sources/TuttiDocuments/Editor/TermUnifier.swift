/// Gives a term its commonest spelling throughout; only in plain prose, and only where there is a clear majority.
struct TermUnifier {
    let context: ReviewContext

    func unify(_ finding: Finding, in changes: inout ChangeList) {
        for group in TermVariants(context: context).groups {
            let key = "\(finding.critic)/\(finding.code)/\(Document.fold(group.key.utf8))"
            guard finding.keys.contains(Finding.hash(key)), let major = group.forms.first else { continue }
            for form in group.forms.dropFirst() where form.places.count < major.places.count {
                for place in form.places where place.isFree {
                    replace(place, form.text, major.text, finding, in: &changes)
                }
            }
        }
    }

    private func replace(
        _ place: TermVariants.Place, _ form: String, _ target: String, _ finding: Finding, in changes: inout ChangeList
    ) {
        let word = context.document.words[place.word]
        let old = context.text(place.word..<place.word + 1)
        var new = target
        if word.key.hasSuffix("s") && !form.hasSuffix("s") && word.key.count == form.count + 1 { new += "s" }
        if old.first?.isUppercase == true, let first = new.first { new = first.uppercased() + new.dropFirst() }
        guard new != old else { return }
        changes.replace(
            word.bytes, with: new,
            edit: Edit(
                rule: finding.code, line: context.document.sentences[place.sentence].line,
                what: "wrote \"\(new)\" for \"\(old)\"", why: finding.message))
    }
}
