public import TuttiCore

/// What references stand for: the input of a run and the outputs of the steps that have ended.
public struct TemplateValues: Sendable, Hashable {
    /// What the run was started with.
    public var input: JSONValue
    /// What steps have put out, by name.
    public var steps: [String: JSONValue]

    /// Values to be put in.
    public init(input: JSONValue, steps: [String: JSONValue] = [:]) {
        self.input = input
        self.steps = steps
    }

    /// The value that a reference stands for.
    ///
    /// - Throws: `StepError` `reference_missing` when there is none. It tells the names that are there, no values.
    public func value(of reference: Reference) throws(StepError) -> JSONValue {
        var value: JSONValue
        var place: String
        switch reference.origin {
        case .input: (value, place) = (input, "the input")
        case .step(let name):
            guard let output = steps[name] else {
                throw .missing(reference, "the step '\(name)' has no output yet")
            }
            (value, place) = (output, "the output of '\(name)'")
        }
        for name in reference.path {
            switch value {
            case .object(let members):
                guard let member = members[name] else {
                    throw .missing(reference, Self.lack(of: name, in: members, place))
                }
                value = member
            case .array(let items):
                guard let index = Int(name), items.indices.contains(index) else {
                    throw .missing(reference, "\(place) has \(items.count) items, counted from 0, and no '\(name)'")
                }
                value = items[index]
            default: throw .missing(reference, "\(place) is \(value.sort) and has no '\(name)'")
            }
            place += ".\(name)"
        }
        return value
    }

    /// What a template becomes: the value itself when it is one reference and nothing else, a text otherwise.
    ///
    /// In a text, texts stand as they are and all other values as JSON.
    ///
    /// - Throws: as ``value(of:)``.
    public func value(of template: Template) throws(StepError) -> JSONValue {
        if case .reference(let reference) = template.parts.first, template.parts.count == 1 {
            return try value(of: reference)
        }
        return .string(try text(of: template))
    }

    /// What a template becomes where only a text will do.
    ///
    /// - Throws: as ``value(of:)``.
    public func text(of template: Template) throws(StepError) -> String {
        var text = ""
        for part in template.parts {
            switch part {
            case .text(let piece): text += piece
            case .reference(let reference): text += try value(of: reference).interpolated
            }
        }
        return text
    }

    /// A value with all templates in its texts replaced; the names of members stay as they are.
    ///
    /// - Throws: as ``value(of:)``; `StepError` `bad_reference` for a text that is no template.
    public func filling(_ value: JSONValue) throws(StepError) -> JSONValue {
        switch value {
        case .null, .bool, .int, .double: return value
        case .string(let text):
            let template: Template
            do throws(TemplateError) {
                template = try Template(text)
            } catch {
                throw StepError(code: "bad_reference", message: "the text \(error.problem)", origin: "")
            }
            return try self.value(of: template)
        case .array(let items):
            var filled: [JSONValue] = []
            for item in items { filled.append(try filling(item)) }
            return .array(filled)
        case .object(let members):
            var filled: [String: JSONValue] = [:]
            for (name, member) in members { filled[name] = try filling(member) }
            return .object(filled)
        }
    }

    /// Names that are told when one is missing.
    private static let namesShownMax = 12

    private static func lack(of name: String, in members: [String: JSONValue], _ place: String) -> String {
        let known = members.keys.sorted()
        let shown = known.prefix(namesShownMax).joined(separator: ", ")
        let hint = NearestName.find(name, among: known).map { "; did you mean '\($0)'?" } ?? ""
        return "\(place) has no '\(name)'" + (known.isEmpty ? "; it is empty" : "; there is \(shown)") + hint
    }
}

extension JSONValue {
    /// As it stands inside of a text.
    fileprivate var interpolated: String {
        if case .string(let text) = self { return text }
        // A number that JSON cannot write never came out of JSON.
        return (try? CanonicalJSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

extension StepError {
    fileprivate static func missing(_ reference: Reference, _ problem: String) -> StepError {
        StepError(code: "reference_missing", message: "\(reference): \(problem)", origin: "")
    }
}
