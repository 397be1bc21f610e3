import FoundationEssentials
import TuttiCore

/// JSON of a request: members stay in the order in which they are written, and JSON of others stays as it is.
///
/// The caches of providers go by bytes, so equal requests have equal bytes.
indirect enum BodyJSON {
    case value(JSONValue)
    /// A text that is JSON already.
    case raw(String)
    case array([BodyJSON])
    /// Members without a value are left out.
    case object([(name: String, value: BodyJSON?)])

    static func text(_ text: String) -> BodyJSON { .value(.string(text)) }
    static func number(_ number: Int) -> BodyJSON { .value(.int(Int64(number))) }
    static func flag(_ flag: Bool) -> BodyJSON { .value(.bool(flag)) }
    static func texts(_ texts: [String]) -> BodyJSON { .array(texts.map { .text($0) }) }

    /// An object of those members that have a value.
    static func members(_ members: KeyValuePairs<String, BodyJSON?>) -> BodyJSON {
        .object(members.map { (name: $0.key, value: $0.value) })
    }

    /// The arguments of a tool call as an object.
    ///
    /// What the model has written stays as it is when it is one; what is none is handed back as the text that it is.
    static func arguments(_ text: String) -> BodyJSON {
        if text.allSatisfy(\.isWhitespace) { return .object([]) }
        if case .object? = try? WireJSON.read(Data(text.utf8)) { return .raw(text) }
        return .members(["invalid_json": .text(text)])
    }

    /// - Throws: ``ModelError`` `bad_request` for a number that JSON cannot write.
    func bytes() throws(ModelError) -> Data {
        var bytes = Data()
        do {
            try write(to: &bytes)
        } catch {
            throw ModelError(
                .badRequest, .never, "the request holds a number that JSON cannot write (NaN or infinity); leave it out"
            )
        }
        return bytes
    }

    private func write(to bytes: inout Data) throws {
        switch self {
        case .value(let value): bytes.append(try CanonicalJSON.encode(value))
        case .raw(let text): bytes.append(contentsOf: text.utf8)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                try item.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for case (let name, let value?) in members {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                bytes.append(try CanonicalJSON.encode(name))
                bytes.append(UInt8(ascii: ":"))
                try value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}
