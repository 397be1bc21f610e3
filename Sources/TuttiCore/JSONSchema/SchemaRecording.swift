/// What a type has asked for at one place.
final class SchemaRecording {
    /// A way to be read.
    enum Way: Hashable {
        case members
        case list
        case value(ObjectIdentifier)
    }

    /// A member that was asked for.
    struct Member {
        let name: String
        let recording: SchemaRecording
        /// Whether the type looked first whether it is there.
        var isOptional = false
    }

    /// The name under which a type that asks for all names finds its one member.
    static let anyName = "*"

    var ways: Set<Way> = []
    var members: [Member] = []
    var elements: [SchemaRecording] = []
    /// Whether the type asked where the list ends, as one does that takes any number of elements.
    var isEndAsked = false
    /// What the value was read as a whole.
    var wholes: [JSONSchema] = []
    /// Whether the type looked for `null`.
    var takesNull = false

    /// The recording of a member, the same one each time.
    func member(_ name: String) -> SchemaRecording {
        if let known = members.first(where: { $0.name == name }) { return known.recording }
        let recording = SchemaRecording()
        members.append(Member(name: name, recording: recording))
        return recording
    }

    /// Remembers that a member may be missing.
    func mayLack(_ name: String) {
        _ = member(name)
        for index in members.indices where members[index].name == name { members[index].isOptional = true }
    }

    /// Remembers what was read at this place.
    func read(_ schema: JSONSchema) {
        if !wholes.contains(schema) { wholes.append(schema) }
    }

    /// All that was asked for, put together; `nil` when no value could have been meant.
    var schema: JSONSchema? {
        guard let plain = plainSchema else { return nil }
        return takesNull ? plain.orNull : plain
    }

    private var plainSchema: JSONSchema? {
        switch (ways.contains(.members), ways.contains(.list), wholes.count) {
        case (false, false, 0): .object([])
        case (false, false, 1): wholes[0]
        case (true, false, 0): object
        case (true, false, 1): merged(with: wholes[0])
        case (false, true, 0): list
        default: nil
        }
    }

    private var object: JSONSchema? {
        var properties: [JSONSchema.Property] = []
        var others = JSONSchema.OtherMembers.ignored
        for member in members {
            guard let schema = member.recording.schema else { return nil }
            if member.name == Self.anyName {
                others = .each(schema)
            } else {
                properties.append(
                    JSONSchema.Property(name: member.name, schema: schema, isRequired: !member.isOptional))
            }
        }
        return .object(properties, others: others)
    }

    /// A type that reads another one from the same object and adds members of its own.
    private func merged(with whole: JSONSchema) -> JSONSchema? {
        guard case .object(let inner, .ignored) = whole.shape, let object,
            case .object(let own, let others) = object.shape
        else { return nil }
        let names = Set(own.map(\.name))
        return .object(inner.filter { !names.contains($0.name) } + own, others: others)
    }

    private var list: JSONSchema? {
        let schemas = elements.compactMap(\.schema)
        guard schemas.count == elements.count else { return nil }
        return isEndAsked ? .array(of: schemas.first ?? .any) : .tuple(schemas)
    }
}
