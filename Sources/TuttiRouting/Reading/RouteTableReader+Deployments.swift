import TuttiCore
import TuttiModels
import TuttiYAML

extension RouteTableReader {
    private static let deploymentKeys = ["model", "region", "weight", "slots", "keys", "limits", "price", "skills"]

    /// A deployment; `nil` when it has no model.
    mutating func deployment(_ name: String, _ node: FieldNode) -> Deployment? {
        checkName(name, node)
        let members = fields.members(node, of: "a deployment", known: Self.deploymentKeys)
        if members["model"] == nil {
            fields.note(node, .missing, "has no model; write one such as model: ollama/qwen3:8b")
        }
        guard let model = model(members["model"]) else { return nil }
        var deployment = Deployment(name: name, model: model)
        deployment.region = fields.name(members["region"])
        deployment.weight = Int(fields.number(members["weight"], 0...Int64(RouteLimits.weightMax)) ?? 1)
        deployment.slots =
            fields.number(members["slots"], 1...Int64(RouteLimits.slotsMax)).map { Int($0) }
            ?? RouteLimits.slotsDefault
        deployment.keys = keys(members["keys"])
        deployment.skills = distinct(members["skills"]) { fields, item in
            fields.text(item, max: RouteLimits.nameLengthMax)
        }
        if let node = members["limits"] { deployment.limits = limits(node) }
        if let node = members["price"] { deployment.price = price(node) }
        return deployment
    }

    private mutating func model(_ node: FieldNode?) -> ModelReference? {
        guard let node, let text = fields.text(node, max: ModelReference.lengthMax) else { return nil }
        if let reference = ModelReference(text), !reference.isRoute { return reference }
        fields.note(node, .value, "'\(text)' is no model; it takes provider/name, such as ollama/qwen3:8b")
        return nil
    }

    private mutating func keys(_ node: FieldNode?) -> [SecretName] {
        guard let items = fields.items(node, max: RouteLimits.keysMax) else { return [] }
        var seen: Set<SecretName> = []
        return items.compactMap { item in
            guard let text = item.text, let name = SecretName(text) else {
                // What stands there may be the secret itself, so it is not repeated.
                fields.note(item, .value, "is no name of a stored secret; it takes \(SecretName.rule)")
                return nil
            }
            if seen.insert(name).inserted { return name }
            fields.note(item, .taken, "the key '\(name)' stands twice; name it once")
            return nil
        }
    }

    private mutating func limits(_ node: FieldNode) -> DeploymentLimits {
        let known = ["context", "output", "tools", "vision", "json_schema"]
        let members = fields.members(node, of: "limits", known: known)
        let limits = DeploymentLimits(
            contextTokens: fields.number(members["context"], 1...RouteLimits.tokensMax),
            outputTokens: fields.number(members["output"], 1...RouteLimits.tokensMax),
            tools: fields.toggle(members["tools"]) ?? true, vision: fields.toggle(members["vision"]) ?? true,
            jsonSchema: fields.toggle(members["json_schema"]) ?? true)
        if let context = limits.contextTokens, let output = limits.outputTokens, output > context {
            fields.note(node, .value, "gives longer answers than its conversations may be; output is part of context")
        }
        return limits
    }

    private mutating func price(_ node: FieldNode) -> ModelPrice? {
        let known = ["input", "output", "cache_read", "cache_write"]
        let members = fields.members(node, of: "a price", known: known)
        for key in ["input", "output"] where members[key] == nil {
            fields.note(node, .missing, "has no \(key); write dollars for a million tokens, such as \(key): 2.50")
        }
        let cacheRead = fields.price(members["cache_read"])
        let cacheWrite = fields.price(members["cache_write"])
        guard let input = fields.price(members["input"]), let output = fields.price(members["output"]) else {
            return nil
        }
        return ModelPrice(
            model: "*", from: Timestamp(milliseconds: 0), uncachedInput: input, cacheRead: cacheRead,
            cacheWrite: cacheWrite, output: output)
    }

    /// The entries of a list, none of which may stand twice.
    mutating func distinct(
        _ node: FieldNode?, _ read: (inout FieldReader, FieldNode) -> String?
    ) -> [String] {
        guard let items = fields.items(node) else { return [] }
        var seen: Set<String> = []
        return items.compactMap { item in
            guard let text = read(&fields, item) else { return nil }
            if seen.insert(text).inserted { return text }
            fields.note(item, .taken, "'\(text)' stands twice; name it once")
            return nil
        }
    }
}
