import TuttiCore
import TuttiModels

/// What OpenAI's two dialects say alike of tools and of forms of answers.
enum OpenAITools {
    /// A tool, from the object that has its name.
    static func tool(_ fields: inout RequestFields) throws(GatewayError) -> ModelTool {
        let name = try fields.requiredText("name")
        let description = try fields.text("description")
        let parameters = fields.take("parameters") ?? ["type": "object", "properties": [:]]
        guard case .object = parameters else { throw .invalid(fields.path("parameters"), "must be a JSON schema") }
        let isStrict = try fields.flag("strict") ?? false
        try fields.end()
        return ModelTool(name: name, description: description, parameters: parameters, isStrict: isStrict)
    }

    /// - Parameter named: reads the tool that has to be called out of an object.
    static func choice(
        _ value: JSONValue, named: (JSONValue) throws(GatewayError) -> String
    ) throws(GatewayError) -> ModelToolChoice {
        switch value {
        case "none": return .none
        case "auto": return .auto
        case "required": return .required
        case .object: return .tool(try named(value))
        default: throw .invalid("tool_choice", "must be none, auto, required or the name of a tool")
        }
    }

    /// The form of an answer, from the object that has its schema.
    static func form(_ fields: inout RequestFields) throws(GatewayError) -> ModelOutputForm {
        let name = try fields.requiredText("name")
        guard let schema = fields.take("schema"), case .object = schema else {
            throw .invalid(fields.path("schema"), "must be a JSON schema")
        }
        let isStrict = try fields.flag("strict") ?? false
        try fields.skip("description")
        try fields.end()
        return ModelOutputForm(name: name, schema: schema, isStrict: isStrict)
    }
}
