import TuttiCore
package import TuttiModels

/// What has to be known of a request before it is decided whether it is handed on or read: the model, and whether the
/// answer comes in pieces.
package struct RelayableRequest: Sendable {
    package let model: String
    package let isStreaming: Bool
    private let object: RawObject

    /// - Throws: ``GatewayError`` that names the field.
    package init(_ bytes: [UInt8]) throws(GatewayError) {
        object = try RawObject(bytes)
        guard let model = Self.value(object["model"])?.stringValue, !model.isEmpty else {
            throw .invalid("model", "is required")
        }
        self.model = model
        switch Self.value(object["stream"]) {
        case nil, .null?, .bool(false)?: isStreaming = false
        case .bool(true)?: isStreaming = true
        default: throw .invalid("stream", "must be true or false")
        }
    }

    /// The request as it goes to a provider of the same dialect: with its name for the model, with a wish to be told
    /// the tokens, and otherwise as it came.
    ///
    /// - Parameter takesThoughts: whether the provider has the words for thoughts that chat completions of OpenAI's own
    ///   lack.
    /// - Throws: ``GatewayError`` for what is not supported, whoever answers.
    package func relayed(
        as model: String, in dialect: RelayDialect, takesThoughts: Bool = false,
        headers: [(name: String, value: String)]
    ) throws(GatewayError) -> RelayedCall {
        var name = JSONOutput()
        name.string(model)
        var changes: [(name: StaticString, value: [UInt8])] = [("model", name.bytes)]
        var tellsUsage = true
        if let turns = turnsWithoutForeignThoughts(in: dialect, takesThoughts) { changes.append(turns) }
        switch dialect {
        case .chat where isStreaming:
            if let options = try optionsWithUsage() {
                changes.append(("stream_options", options))
                tellsUsage = false
            }
        case .responses:
            for name in ["previous_response_id", "conversation", "background"] as [StaticString] {
                guard let value = object[name] else { continue }
                try ResponsesInbound.refuseMemory(["\(name)": Self.value(value) ?? .null])
            }
            changes.append(("store", Array("false".utf8)))
            changes.append(("include", try includeWithSeals()))
        case .chat, .messages: break
        }
        return RelayedCall(
            model: model, body: object.bytes(changing: changes), isStreaming: isStreaming, tellsUsage: tellsUsage,
            headers: headers)
    }

    /// The turns as this provider can read them; `nil` when they are so already.
    private func turnsWithoutForeignThoughts(
        in dialect: RelayDialect, _ takesThoughts: Bool
    ) -> (name: StaticString, value: [UInt8])? {
        let name: StaticString = dialect == .responses ? "input" : "messages"
        guard let bytes = object[name],
            ForeignThoughts.marks(of: dialect).contains(where: { ByteSearch.contains(bytes, $0) }),
            let turns = Self.value(bytes),
            let kept = ForeignThoughts.removed(from: turns, in: dialect, all: !takesThoughts)
        else { return nil }
        var output = JSONOutput()
        output.value(kept)
        return (name, output.bytes)
    }

    /// The options of a stream with the wish to be told the tokens: without it no server tells them, and nobody could
    /// account for them.
    ///
    /// - Returns: `nil` when the client has the wish itself.
    private func optionsWithUsage() throws(GatewayError) -> [UInt8]? {
        var options: [String: JSONValue] = [:]
        switch Self.value(object["stream_options"]) {
        case nil, .null?: break
        case .object(let members)?: options = members
        default: throw .invalid("stream_options", "must be an object")
        }
        if options["include_usage"] == true { return nil }
        options["include_usage"] = true
        var output = JSONOutput()
        output.value(.object(options))
        return output.bytes
    }

    /// What is to come with an answer, sealed thoughts among it: nobody keeps them, and the next turn would name
    /// thoughts that the provider does not have.
    private func includeWithSeals() throws(GatewayError) -> [UInt8] {
        let sealed: JSONValue = "reasoning.encrypted_content"
        var items: [JSONValue] = []
        switch Self.value(object["include"]) {
        case nil, .null?: break
        case .array(let told)?: items = told
        default: throw .invalid("include", "must be a list")
        }
        if !items.contains(sealed) { items.append(sealed) }
        var output = JSONOutput()
        output.value(.array(items))
        return output.bytes
    }

    private static func value(_ bytes: ArraySlice<UInt8>?) -> JSONValue? {
        guard let bytes else { return nil }
        // Alone a word is no JSON text to every reader; in a list it is.
        guard case .array(let items)? = try? WireJSON.read([UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")]) else {
            return nil
        }
        return items.first
    }
}
