import TuttiCore
import TuttiGuards
import TuttiYAML

extension RouteTableReader {
    private static let guardKeys = ["finds", "patterns", "sizes", "in", "does", "models"]

    /// The guards of the file, in its order.
    mutating func guards(_ node: FieldNode?) -> GuardTable {
        guard let node else { return GuardTable() }
        let entries = fields.anyMembers(node, of: "guards")
        if entries.count > GuardLimits.guardsMax {
            fields.note(
                node, .limit, "has \(entries.count) entries, the limit is \(GuardLimits.guardsMax); use fewer")
        }
        return GuardTable(entries.prefix(GuardLimits.guardsMax).compactMap { oneGuard($0.key, $0.value) })
    }

    /// A guard; `nil` when something is wrong with it.
    private mutating func oneGuard(_ name: String, _ node: FieldNode) -> Guard? {
        checkName(name, node)
        let members = fields.members(node, of: "a guard", known: Self.guardKeys)
        let (finds, patterns, sizes) = (members["finds"], members["patterns"], members["sizes"])
        guard finds != nil || patterns != nil || sizes != nil else {
            fields.note(node, .missing, "looks for nothing; write finds, patterns or sizes")
            return nil
        }
        var found = Guard(name, does: .refuse)
        found.kinds = kinds(finds)
        found.patterns = self.patterns(patterns)
        found.models = models(members["models"])
        if let places = places(members["in"]) { found.places = places }
        if let sizes {
            found.sizes = self.sizes(sizes)
            checkSizesAlone(members)
        } else if let action = members["does"] {
            found.action = fields.choice(action, of: GuardAction.self) ?? .refuse
        } else {
            let words = GuardAction.allCases.map(\.rawValue).joined(separator: ", ")
            fields.note(node, .missing, "does nothing about what it finds; write does, with one of \(words)")
        }
        return found
    }

    /// What is too large is refused, and sizes are those of requests: the rest would have no meaning.
    private mutating func checkSizesAlone(_ members: [String: FieldNode]) {
        for key in ["finds", "patterns", "in"] {
            guard let node = members[key] else { continue }
            fields.note(node, .value, "stands beside sizes, which a guard has alone; make it a guard of its own")
        }
        if let action = members["does"], action.text != GuardAction.refuse.rawValue {
            fields.note(action, .value, "sizes are refused, and nothing else; leave it out")
        }
    }

    private mutating func kinds(_ node: FieldNode?) -> [GuardKind] {
        let kinds = words(node, of: GuardKind.self)
        if let node, node.isEmptyList { fields.note(node, .unusable, "is empty; name at least one, or leave it out") }
        return kinds ?? []
    }

    private mutating func places(_ node: FieldNode?) -> [GuardPlace]? {
        if let node, node.isEmptyList {
            fields.note(node, .unusable, "is empty; write request, answer, or both, or leave it out")
        }
        return words(node, of: GuardPlace.self)
    }

    /// Words of an enum, none of which may stand twice.
    private mutating func words<Word: CaseIterable & RawRepresentable<String> & Hashable>(
        _ node: FieldNode?, of type: Word.Type
    ) -> [Word]? {
        guard let node else { return nil }
        return distinct(node) { fields, item in fields.choice(item, of: type)?.rawValue }
            .compactMap { Word(rawValue: $0) }
    }

    private mutating func patterns(_ node: FieldNode?) -> [GuardPattern] {
        guard let items = fields.items(node, max: GuardLimits.patternsMax) else { return [] }
        if let node, items.isEmpty { fields.note(node, .unusable, "is empty; write at least one, or leave it out") }
        return items.compactMap { item in
            guard let text = fields.text(item, max: GuardLimits.patternLengthMax) else { return nil }
            do throws(GuardPatternError) {
                return try GuardPattern(text)
            } catch {
                fields.note(item, .value, error.message)
                return nil
            }
        }
    }

    private mutating func models(_ node: FieldNode?) -> [NamePattern]? {
        guard let items = fields.items(node, max: GuardLimits.modelsMax) else { return nil }
        if let node, items.isEmpty {
            fields.note(node, .unusable, "is empty, so it guards nothing; name a model, or leave it out for all")
        }
        return items.compactMap { item in
            guard let text = fields.text(item, max: NamePattern.lengthMax) else { return nil }
            if NamePattern.isPattern(text) { return NamePattern(text) }
            fields.note(
                item, .value, "is no name of a model; it has letters, digits and -_./:, and stars for any of them")
            return nil
        }
    }

    private mutating func sizes(_ node: FieldNode) -> GuardSizes {
        let words = GuardSizes.Size.allCases.map(\.rawValue)
        let members = fields.members(node, of: "sizes", known: words)
        if members.isEmpty {
            fields.note(node, .missing, "is empty; write at least one of \(words.joined(separator: ", "))")
        }
        var limits: [GuardSizes.Size: Int64] = [:]
        for size in GuardSizes.Size.allCases {
            let node = members[size.rawValue]
            limits[size] =
                size == .requestBytes
                ? fields.bytes(node, GuardLimits.requestBytes) : fields.number(node, 1...RouteLimits.tokensMax)
        }
        return GuardSizes(limits)
    }
}
