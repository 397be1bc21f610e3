import FoundationEssentials
import TuttiCore
import TuttiModels

/// What a provider wants back in the next turn, on its way through clients that know nothing of it.
///
/// Clients hand members that they do not know back with the message they belong to, and opaque texts as they are.
enum SealedExtra {
    /// The member of a tool call that carries its seal, as Google names the place in its servers of OpenAI's dialect.
    static let member = "extra_content"
    private static let name = "tutti"
    private static let prefix = "tutti."

    static func write(_ seal: ProviderSeal, to output: inout JSONOutput) {
        output.raw("{\"tutti\":")
        output.value(value(of: seal))
        output.raw("}")
    }

    /// - Throws: ``GatewayError`` when it is there and is none of ours.
    static func read(_ value: JSONValue?, at path: String) throws(GatewayError) -> ProviderSeal? {
        guard let value else { return nil }
        guard let seal = value[name].flatMap(seal) else { throw .unconvertible(path) }
        return seal
    }

    static func value(of seal: ProviderSeal) -> JSONValue { ["dialect": .string(seal.dialect), "value": seal.value] }

    static func seal(_ value: JSONValue) -> ProviderSeal? {
        guard case .string(let dialect)? = value["dialect"], let inner = value["value"] else { return nil }
        return ProviderSeal(dialect: dialect, value: inner)
    }

    /// As a text without a meaning to the client, such as a signature.
    static func text(of seal: ProviderSeal) -> String {
        var output = JSONOutput()
        output.value(value(of: seal))
        return prefix + Data(output.bytes).base64EncodedString()
    }

    /// The seal in such a text; `nil` when it is none of ours.
    static func seal(inText text: String) -> ProviderSeal? {
        guard text.hasPrefix(prefix), let bytes = Data(base64Encoded: String(text.dropFirst(prefix.count))),
            let value = try? WireJSON.read(bytes)
        else { return nil }
        return seal(value)
    }
}
