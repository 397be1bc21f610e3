import FoundationEssentials

extension ModelDialect {
    /// The dialect in which requests of clients can be handed on to this provider.
    package var relayDialect: RelayDialect? {
        switch self {
        // Members of the settings are written by us.
        case let chat as ChatDialect: chat.fields.isEmpty ? .chat : nil
        case is ResponsesDialect: .responses
        case is AnthropicDialect: .messages
        default: nil
        }
    }

    /// A request that is handed on, as it goes over the wire: address and credentials are those of any request to this
    /// model.
    ///
    /// - Throws: ``ModelError`` for a key that no header can hold.
    package func relayed(_ call: RelayedCall) throws(ModelError) -> WireRequest {
        var wire = try speaking(as: call).head(for: call.model, isStreaming: call.isStreaming)
        for (name, value) in call.headers {
            wire.headers.removeAll { $0.name == name }
            wire.headers.append(WireRequest.Header(name, value))
        }
        wire.body = Data(call.body)
        return wire
    }

    /// Address and credentials of a request.
    private func head(for model: String, isStreaming: Bool) throws(ModelError) -> WireRequest {
        switch self {
        case let chat as ChatDialect: return try chat.head()
        case let responses as ResponsesDialect: return try responses.head()
        case let messages as AnthropicDialect:
            return try messages.head(for: model, messages.version ?? .v2026_10_21, isStreaming: isStreaming)
        default: return try encode(ModelRequest(model: model, messages: [.user("-")]), isStreaming: isStreaming)
        }
    }

    /// The dialect in the version that the client speaks: each has a header of its own for the key.
    private func speaking(as call: RelayedCall) -> any ModelDialect {
        guard var dialect = self as? AnthropicDialect,
            let told = call.headers.first(where: { $0.name == "anthropic-version" }),
            let version = AnthropicDialect.Version(rawValue: told.value)
        else { return self }
        dialect.version = version
        return dialect
    }
}
