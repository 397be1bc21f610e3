/// What is looked for on one side of a call, by which guards, and what is done about it.
package struct GuardSearch: Sendable {
    /// One thing that is looked for.
    struct Rule: Sendable {
        enum Target: Sendable {
            case kind(GuardKind)
            case pattern(GuardPattern)
        }

        let target: Target
        let guardName: String
        let action: GuardAction
        /// What takes the place of what was found.
        let placeholder: String

        /// What it looks for, in words that say nothing of a pattern.
        var word: String {
            switch target {
            case .kind(let kind): kind.rawValue
            case .pattern: "pattern"
            }
        }

        func next(in text: inout TextReader, from place: Int, _ watch: SearchWatch) -> Finding {
            switch target {
            case .kind(let kind): kind.next(in: &text, from: place, watch)
            case .pattern(let pattern): pattern.next(in: text, from: place, watch)
            }
        }
    }

    let rules: [Rule]
    let place: GuardPlace

    init(_ guards: [Guard], in place: GuardPlace) {
        self.place = place
        rules = guards.filter { $0.places.contains(place) }.flatMap { one in
            one.kinds.map {
                Rule(target: .kind($0), guardName: one.name, action: one.action, placeholder: $0.placeholder)
            }
                + one.patterns.map {
                    let word = one.name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }
                    return Rule(
                        target: .pattern($0), guardName: one.name, action: one.action,
                        placeholder: "[\(String(word))]")
                }
        }
    }

    /// Whether there is nothing to look for.
    package var isEmpty: Bool { rules.isEmpty }

    /// Whether patterns are tried, of which nobody knows how long they take.
    package var hasPatterns: Bool { rules.contains { if case .pattern = $0.target { true } else { false } } }

    /// The guard that something could not be read for; `nil` when all of them only report.
    package var strictGuard: String? { rules.first { $0.action != .report }?.guardName }
}

/// What was found in a text, where it is to be replaced.
struct Replacement: Equatable {
    var range: Range<Int>
    var placeholder: String
}

extension GuardSearch {
    /// Looks through a whole text and accounts for what it finds.
    ///
    /// - Returns: what is to be replaced, in order; places that overlap are one, with the word of the first.
    /// - Throws: ``GuardRefusal`` of the first guard that refuses, without a member.
    func replacements(
        in text: inout TextReader, _ watch: SearchWatch, _ account: inout GuardAccount
    ) throws(GuardRefusal) -> [Replacement] {
        var found: [Replacement] = []
        for rule in rules {
            var place = 0
            while case let finding = rule.next(in: &text, from: place, watch), finding != .nothing {
                guard case .found(let range) = finding else { throw refusal(by: rule, .gaveUp, &account) }
                place = range.upperBound
                try note(rule, &account)
                if rule.action == .redact { found.append(Replacement(range: range, placeholder: rule.placeholder)) }
            }
        }
        return found.count > 1 ? Self.joined(found) : found
    }

    /// Accounts for something that was found.
    ///
    /// - Throws: ``GuardRefusal`` when it is not let through.
    func note(_ rule: Rule, _ account: inout GuardAccount) throws(GuardRefusal) {
        guard rule.action == .refuse else { return account.add(rule.guardName, rule.action.done) }
        throw refusal(by: rule, .found(rule.word), &account)
    }

    func refusal(by rule: Rule, _ reason: GuardRefusal.Reason, _ account: inout GuardAccount) -> GuardRefusal {
        let refusal = GuardRefusal(rule.guardName, reason, in: nil, of: place)
        account.add(rule.guardName, refusal.done)
        return refusal
    }

    /// In order, those that overlap as one.
    static func joined(_ found: [Replacement]) -> [Replacement] {
        var joined: [Replacement] = []
        let sorted = found.enumerated().sorted {
            ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
        }
        for next in sorted.map(\.element) {
            if let last = joined.last, last.range.upperBound > next.range.lowerBound {
                let end = max(last.range.upperBound, next.range.upperBound)
                joined[joined.count - 1].range = last.range.lowerBound..<end
            } else {
                joined.append(next)
            }
        }
        return joined
    }
}
