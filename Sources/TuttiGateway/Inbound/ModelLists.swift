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

    /// `GET /v1/models` of Anthropic: a page of the list, the first of those behind one model or the last of those
    /// before one.
    package static func anthropic(
        _ entries: [Entry], limit: Int = pageMax, after: String? = nil, before: String? = nil
    ) -> [UInt8] {
        let from = after.flatMap { name in entries.firstIndex { $0.name == name } }.map { $0 + 1 } ?? 0
        let to = before.flatMap { name in entries.firstIndex { $0.name == name } } ?? entries.count
        let found = from < to ? Array(entries[from..<to]) : []
        let page = after == nil && before != nil ? Array(found.suffix(limit)) : Array(found.prefix(limit))
        return bytes([
            "data": .array(page.map(anthropicValue)), "has_more": .bool(page.count < found.count),
            "first_id": .text(page.first?.name), "last_id": .text(page.last?.name),
        ])
    }

    /// Models of one page.
    package static let pageMax = 1000

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
