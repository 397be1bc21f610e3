import TuttiCore

/// JSON schemas as `output_config.format` takes them.
///
/// The API refuses with 400 what it does not support: objects that do not say `additionalProperties: false`, bounds of
/// numbers, more than one required element, and schemas that allow anything. What an answer has to keep beyond that is
/// checked when it has come. (Anthropic, "Structured outputs", JSON schema limitations.)
enum AnthropicSchema {
    /// - Returns: `nil` when there is no such form, as for a dictionary: the answer is then asked for by words alone.
    static func form(of schema: JSONValue) -> JSONValue? {
        guard case .object(var members) = schema, isBounded(members) else { return nil }
        for unknown in ["minimum", "maximum", "contentEncoding", "examples"] { members[unknown] = nil }
        if isObject(members) {
            switch members["additionalProperties"] {
            case nil, .bool?: members["additionalProperties"] = false
            default: return nil
            }
        }
        if members["prefixItems"] != nil { return nil }
        for part in ["properties", "$defs"] {
            guard case .object(let schemas)? = members[part] else { continue }
            guard let forms = forms(of: schemas) else { return nil }
            members[part] = .object(forms)
        }
        if let items = members["items"] {
            guard let form = form(of: items) else { return nil }
            members["items"] = form
        }
        if case .array(let options)? = members["anyOf"] {
            let forms = options.compactMap(form)
            guard forms.count == options.count else { return nil }
            members["anyOf"] = .array(forms)
        }
        return .object(members)
    }

    private static func forms(of schemas: [String: JSONValue]) -> [String: JSONValue]? {
        let forms = schemas.compactMapValues(form)
        return forms.count == schemas.count ? forms : nil
    }

    /// Whether the schema says what is allowed.
    private static func isBounded(_ members: [String: JSONValue]) -> Bool {
        ["type", "enum", "anyOf", "$ref"].contains { members[$0] != nil }
    }

    private static func isObject(_ members: [String: JSONValue]) -> Bool {
        switch members["type"] {
        case .string("object")?: true
        case .array(let types)?: types.contains("object")
        default: false
        }
    }
}
