import TuttiCore

/// The members of an object of a request. Each is taken out by whoever knows what it means; what is left at the end is
/// something that nobody could carry over, and is named.
struct RequestFields {
    /// Where the object stands, such as `messages[2].`; empty for the request itself.
    let place: String
    private var members: [String: JSONValue]

    /// - Throws: ``GatewayError`` when it is no object.
    init(_ value: JSONValue, at path: String = "") throws(GatewayError) {
        guard case .object(let members) = value else {
            throw path.isEmpty
                ? GatewayError(.invalidRequest, "the body must be a JSON object", code: "invalid_type")
                : .invalid(path, "must be an object")
        }
        place = path.isEmpty ? "" : path + "."
        self.members = members
    }

    /// The whole name of a member.
    func path(_ name: String) -> String { place + name }

    /// Whether a member is there and not null.
    func has(_ name: String) -> Bool { members[name].map { $0 != .null } ?? false }

    /// Takes a member; null counts as nothing.
    mutating func take(_ name: String) -> JSONValue? {
        guard let value = members.removeValue(forKey: name), value != .null else { return nil }
        return value
    }

    mutating func text(_ name: String) throws(GatewayError) -> String? {
        guard let value = take(name) else { return nil }
        guard case .string(let text) = value else { throw .invalid(path(name), "must be a string") }
        return text
    }

    /// A text that goes by several names; the first that is there counts, and the others are taken, too.
    mutating func text(_ name: String, _ others: String...) throws(GatewayError) -> String? {
        var found = try text(name)
        for other in others {
            let text = try text(other)
            found = found ?? text
        }
        return found
    }

    /// - Throws: ``GatewayError`` when it is missing, too.
    mutating func requiredText(_ name: String) throws(GatewayError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw .invalid(path(name), "is required") }
        return text
    }

    mutating func flag(_ name: String) throws(GatewayError) -> Bool? {
        guard let value = take(name) else { return nil }
        guard case .bool(let flag) = value else { throw .invalid(path(name), "must be true or false") }
        return flag
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(GatewayError) -> Int? {
        guard let value = take(name) else { return nil }
        let whole: Int? =
            switch value {
            case .int(let number): Int(exactly: number)
            case .double(let number): Int(exactly: number)
            default: nil
            }
        guard let whole, range.contains(whole) else {
            let bound =
                range.upperBound == .max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw .invalid(path(name), "must be a whole number \(bound)")
        }
        return whole
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) throws(GatewayError) -> Double? {
        guard let value = take(name) else { return nil }
        let number: Double? =
            switch value {
            case .int(let number): Double(number)
            case .double(let number): number
            default: nil
            }
        guard let number, range.contains(number) else {
            throw .invalid(path(name), "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func list(_ name: String) throws(GatewayError) -> [JSONValue]? {
        guard let value = take(name) else { return nil }
        guard case .array(let items) = value else { throw .invalid(path(name), "must be a list") }
        return items
    }

    mutating func object(_ name: String) throws(GatewayError) -> RequestFields? {
        guard let value = take(name) else { return nil }
        return try RequestFields(value, at: path(name))
    }

    /// One of a few words.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Word.Type
    ) throws(GatewayError) -> Word? where Word.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw .invalid(path(name), "must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// Texts with names, as metadata has them.
    mutating func texts(_ name: String) throws(GatewayError) -> [String: String] {
        guard let value = take(name) else { return [:] }
        guard case .object(let members) = value else { throw .invalid(path(name), "must be an object") }
        var texts: [String: String] = [:]
        for (key, value) in members {
            guard case .string(let text) = value else { throw .invalid(path(name) + "." + key, "must be a string") }
            texts[key] = text
        }
        return texts
    }

    /// Passes over what asks for what happens anyway.
    ///
    /// - Throws: ``GatewayError`` for anything else, which cannot be carried over.
    mutating func skip(_ name: String, when usual: JSONValue...) throws(GatewayError) {
        guard let value = take(name) else { return }
        guard usual.contains(value) else { throw .unconvertible(path(name)) }
    }

    /// Passes over what only steers the caches of a provider, and changes no answer.
    mutating func skipHints(_ names: String...) { for name in names { members[name] = nil } }

    /// - Throws: ``GatewayError`` that names what nobody has taken.
    func end() throws(GatewayError) {
        guard let name = members.filter({ $0.value != .null }).keys.min() else { return }
        throw .unconvertible(path(name))
    }
}
