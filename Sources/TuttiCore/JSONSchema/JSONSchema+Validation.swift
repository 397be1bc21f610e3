import FoundationEssentials

extension JSONSchema {
    /// One place where a value does not fit.
    public struct Violation: Error, Sendable, Hashable, CustomStringConvertible {
        /// Where, as a JSON pointer such as `/steps/0/name`; empty for the value itself.
        public var path: String
        /// The keyword of JSON Schema that it breaks, such as `required`.
        public var rule: String
        /// One sentence with the place, the rule and the way out. It never holds the value, which may be a secret.
        public var message: String

        package init(path: String, rule: String, message: String) {
            self.path = path
            self.rule = rule
            self.message = message
        }

        /// The message.
        public var description: String { message }
    }

    /// No list of violations is longer; who sees so many is served by the first.
    public static let violationsMax = 100
    /// Values inside each other; deeper ones are refused.
    public static let depthMax = 128
    /// How often a value may be held against a schema; larger ones are refused.
    public static let checksMax = 1_000_000

    /// Every place where a value does not fit, in the order of the schema; empty when it does.
    ///
    /// A number that has no fraction is a whole number, however it is written.
    ///
    /// - Returns: at most ``violationsMax`` of them.
    public func validate(_ value: JSONValue) -> [Violation] {
        var validator = SchemaValidator(definitions: definitions)
        validator.check(value, self, at: "", depth: 0)
        return validator.violations
    }
}

/// Walks a value and its schema together.
private struct SchemaValidator {
    let definitions: [String: JSONSchema]
    private(set) var violations: [JSONSchema.Violation] = []
    /// Forms that all fail are tried again at each level; only a count keeps that from going on for ever.
    private var checks = 0

    init(definitions: [String: JSONSchema], checks: Int = 0) {
        self.definitions = definitions
        self.checks = checks
    }

    mutating func check(_ value: JSONValue, _ schema: JSONSchema, at path: String, depth: Int) {
        guard depth < JSONSchema.depthMax else {
            return refuse(path, "depth", "is nested deeper than \(JSONSchema.depthMax) levels; make it flatter")
        }
        checks += 1
        guard checks <= JSONSchema.checksMax else {
            return refuse(path, "size", "is too large to be checked; make it smaller")
        }
        switch (schema.shape, value) {
        case (.any, _), (.null, .null), (.boolean, .bool): break
        case (.integer(let minimum, let maximum), .int(let number)):
            checkRange(Double(number), minimum, maximum, schema, at: path)
        case (.integer(let minimum, let maximum), .double(let number)) where Int64(exactly: number) != nil:
            checkRange(number, minimum, maximum, schema, at: path)
        case (.number(let minimum, let maximum), .int(let number)):
            checkRange(Double(number), minimum, maximum, schema, at: path)
        case (.number(let minimum, let maximum), .double(let number)):
            checkRange(number, minimum, maximum, schema, at: path)
        case (.string(let form), .string(let text)): checkForm(text, form, schema, at: path)
        case (.values(let values), _):
            if !values.contains(value) { refuse(path, "enum", "does not fit; it takes \(schema.expectation)") }
        case (.array(let element), .array(let items)):
            for (index, item) in items.enumerated() where !isFull {
                check(item, element, at: "\(path)/\(index)", depth: depth + 1)
            }
        case (.tuple(let elements), .array(let items)): checkTuple(items, elements, at: path, depth: depth)
        case (.object(let properties, let others), .object(let members)):
            checkMembers(members, properties, at: path, depth: depth)
            checkOthers(members, properties, others, at: path, depth: depth)
        case (.anyOf(let forms), _): checkForms(value, forms, schema, at: path, depth: depth)
        case (.reference(let name), _):
            guard let definition = definitions[name] else {
                return refuse(path, "$ref", "cannot be checked: the schema defines no '\(name)'; define it")
            }
            check(value, definition, at: path, depth: depth + 1)
        default: refuse(path, "type", "is \(value.sort); it takes \(schema.expectation)")
        }
    }

    private var isFull: Bool { violations.count >= JSONSchema.violationsMax }

    private mutating func refuse(_ path: String, _ rule: String, _ problem: String) {
        guard !isFull else { return }
        let place = path.isEmpty ? "the value" : "'\(path)'"
        violations.append(JSONSchema.Violation(path: path, rule: rule, message: "\(place) \(problem)"))
    }

    // MARK: Numbers and texts

    private mutating func checkRange(
        _ number: Double, _ minimum: Double?, _ maximum: Double?, _ schema: JSONSchema, at path: String
    ) {
        let isLow = minimum.map { number < $0 } ?? false
        guard isLow || maximum.map({ number > $0 }) ?? false else { return }
        refuse(path, isLow ? "minimum" : "maximum", "is out of range; it takes \(schema.expectation)")
    }

    private mutating func checkForm(
        _ text: String, _ form: JSONSchema.StringForm?, _ schema: JSONSchema, at path: String
    ) {
        let isFitting =
            switch form {
            case nil: true
            case .url: URL(string: text) != nil
            case .uuid: UUID(uuidString: text) != nil
            case .base64: Data(base64Encoded: text) != nil
            case .dateTime: Timestamp(rfc3339: text) != nil
            }
        guard !isFitting else { return }
        refuse(path, form == .base64 ? "contentEncoding" : "format", "does not fit; it takes \(schema.expectation)")
    }

    // MARK: Lists and objects

    private mutating func checkTuple(_ items: [JSONValue], _ elements: [JSONSchema], at path: String, depth: Int) {
        if items.count != elements.count {
            let rule = items.count < elements.count ? "minItems" : "items"
            return refuse(path, rule, "has \(items.count) values; it takes \(elements.count)")
        }
        for (index, pair) in zip(items, elements).enumerated() {
            check(pair.0, pair.1, at: "\(path)/\(index)", depth: depth + 1)
        }
    }

    private mutating func checkMembers(
        _ members: [String: JSONValue], _ properties: [JSONSchema.Property], at path: String, depth: Int
    ) {
        for property in properties where !isFull {
            let place = path + "/" + JSONPointer.escape(property.name)
            if let member = members[property.name] {
                check(member, property.schema, at: place, depth: depth + 1)
            } else if property.isRequired {
                refuse(place, "required", "is missing; it takes \(property.schema.expectation)")
            }
        }
    }

    private mutating func checkOthers(
        _ members: [String: JSONValue], _ properties: [JSONSchema.Property], _ others: JSONSchema.OtherMembers,
        at path: String, depth: Int
    ) {
        if case .ignored = others { return }
        let known = Set(properties.map(\.name))
        for name in members.keys.sorted() where !known.contains(name) && !isFull {
            let place = path + "/" + JSONPointer.escape(name)
            switch others {
            case .ignored: break
            case .refused: refuse(place, "additionalProperties", Self.unknown(name, among: properties.map(\.name)))
            case .each(let schema, let names):
                if let names, !names.contains(name) {
                    refuse(place, "propertyNames", Self.unknown(name, among: names))
                } else if let member = members[name] {
                    check(member, schema, at: place, depth: depth + 1)
                }
            }
        }
    }

    private static func unknown(_ name: String, among known: [String]) -> String {
        if known.isEmpty { return "is not known; nothing is taken here" }
        let near = NearestName.find(name, among: known).map { "did you mean '\($0)'?" }
        return "is not known; " + (near ?? "there are \(known.joined(separator: ", "))")
    }

    /// When just one form takes this sort of value, its violations say more than that none fits.
    private mutating func checkForms(
        _ value: JSONValue, _ forms: [JSONSchema], _ schema: JSONSchema, at path: String, depth: Int
    ) {
        var near: [[JSONSchema.Violation]] = []
        for form in forms {
            var attempt = SchemaValidator(definitions: definitions, checks: checks)
            attempt.check(value, form, at: path, depth: depth + 1)
            checks = attempt.checks
            if attempt.violations.isEmpty { return }
            if !attempt.violations.contains(where: { $0.path == path && Self.isAboutSort($0.rule) }) {
                near.append(attempt.violations)
            }
        }
        switch near.count {
        case 0: refuse(path, "anyOf", "is \(value.sort); it takes \(schema.expectation)")
        case 1: violations += near[0].prefix(JSONSchema.violationsMax - violations.count)
        default: refuse(path, "anyOf", "fits none of its forms; it takes \(schema.expectation)")
        }
    }

    private static func isAboutSort(_ rule: String) -> Bool { ["type", "enum", "anyOf"].contains(rule) }
}
