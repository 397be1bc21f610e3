import TuttiCore

/// The list of models, as clients of both vendors read it.
package enum ModelLists {
    /// A model that can be asked for.
    package struct Entry: Sendable, Hashable {
        package var name: String
        /// Who has it, such as a provider.
        package var owner: String

        package init(name: String, owner: String) {
            self.name = name
            self.owner = owner
        }
    }

    /// Nobody tells when a model was made; clients' types want a time.
    private static let created = Timestamp(milliseconds: 1_735_689_600_000)

    /// `GET /v1/models` of OpenAI.
    package static func openAI(_ entries: [Entry]) -> [UInt8] {
        let data = entries.map(openAIValue)
        return bytes(["object": "list", "data": .array(data)])
    }

    /// `GET /v1/models/{model}` of OpenAI.
    package static func openAI(_ entry: Entry) -> [UInt8] { bytes(openAIValue(entry)) }

    private static func openAIValue(_ entry: Entry) -> JSONValue {
        [
            "id": .string(entry.name), "object": "model", "created": .int(created.milliseconds / 1000),
            "owned_by": .string(entry.owner),
        ]
    }

    /// `GET /v1/models` of Anthropic. All are on one page.
    package static func anthropic(_ entries: [Entry]) -> [UInt8] {
        bytes([
            "data": .array(entries.map(anthropicValue)), "has_more": false,
            "first_id": .text(entries.first?.name), "last_id": .text(entries.last?.name),
        ])
    }

    /// `GET /v1/models/{model}` of Anthropic.
    package static func anthropic(_ entry: Entry) -> [UInt8] { bytes(anthropicValue(entry)) }

    private static func anthropicValue(_ entry: Entry) -> JSONValue {
        [
            "type": "model", "id": .string(entry.name), "display_name": .string(entry.name),
            "created_at": .string(created.description),
        ]
    }

    private static func bytes(_ value: JSONValue) -> [UInt8] {
        var output = JSONOutput()
        output.value(value)
        return output.bytes
    }
}
