import TuttiCore
import TuttiYAML

extension RouteTableReader {
    private static let cacheKeys = ["models", "ttl", "memory", "disk", "similar"]

    /// What is kept of answers.
    ///
    /// - Parameter aliases: the names of the file's routes.
    mutating func cache(_ node: FieldNode, aliases: Set<String>) -> AnswerCacheRules {
        let members = fields.members(node, of: "the cache", known: Self.cacheKeys)
        var rules = AnswerCacheRules()
        rules.models = patterns(members["models"])
        rules.lifetime = fields.duration(members["ttl"], max: RouteLimits.answerLifetimeMax) ?? rules.lifetime
        rules.memoryBytes = fields.bytes(members["memory"], RouteLimits.answerMemory) ?? rules.memoryBytes
        rules.diskBytes = fields.bytes(members["disk"], RouteLimits.answerDisk)
        if let node = members["similar"] { rules.similar = similar(node, aliases) }
        return rules
    }

    private mutating func patterns(_ node: FieldNode?) -> [NamePattern]? {
        guard let node else { return nil }
        if node.isEmptyList {
            fields.note(node, .unusable, "names no model; name one, or leave the key out for all")
        }
        let texts = distinct(node) { fields, item in
            guard let text = fields.text(item, max: NamePattern.lengthMax) else { return nil }
            if NamePattern.isPattern(text) { return text }
            fields.note(item, .value, "is no name of a model; it has letters, digits, -_./: and stars")
            return nil
        }
        return texts.map { NamePattern($0) }
    }

    private mutating func similar(_ node: FieldNode, _ aliases: Set<String>) -> SimilarAnswerRules? {
        let members = fields.members(node, of: "similar", known: ["embeddings", "similarity"])
        let similarity = fields.fraction(members["similarity"], RouteLimits.similarity)
        guard let model = members["embeddings"] else {
            fields.note(
                node, .missing,
                "has no embeddings; name the model that turns questions into vectors, such as "
                    + "embeddings: openai/text-embedding-3-small")
            return nil
        }
        guard let text = fields.text(model, max: ModelReference.lengthMax) else { return nil }
        guard aliases.contains(text) || ModelReference(text).map({ !$0.isRoute }) == true else {
            let near = NearestName.find(text, among: aliases).map { "; did you mean '\($0)'?" } ?? ""
            fields.note(
                model, .unknownName,
                "'\(text.prefix(RouteLimits.nameLengthMax))' is neither a route of this file nor provider/name\(near)")
            return nil
        }
        var rules = SimilarAnswerRules(embeddings: text)
        rules.similarity = similarity ?? rules.similarity
        return rules
    }
}
