import TuttiCore
import TuttiYAML

/// A value of a file that people write with its way from the top, and all that can be read from it.
struct DefinitionField {
    let value: YAMLValue
    let path: String

    /// An error at this place.
    func failure(_ rule: DefinitionError.Rule, _ problem: String) -> DefinitionError {
        DefinitionError(
            file: "", line: value.mark.line, column: value.mark.column, field: path, rule: rule, problem: problem)
    }

    /// Whether nothing stands behind the key.
    var isEmpty: Bool { value.isPlain && ["", "~", "null"].contains(scalar) }

    private var scalar: String? {
        if case .scalar(let text) = value.content { text } else { nil }
    }

    private func scalar(_ expectation: String) throws(DefinitionError) -> String {
        guard !isEmpty else { throw failure(.value, "is empty; it takes \(expectation)") }
        guard let scalar else { throw failure(.value, "is \(sort); it takes \(expectation)") }
        return scalar
    }

    private var sort: String {
        switch value.content {
        case .scalar: "a value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    // MARK: Values

    /// A text of at most so many bytes.
    func text(lengthMax: Int = DefinitionLimits.descriptionLengthMax) throws(DefinitionError) -> String {
        let text = try scalar("a text")
        guard text.utf8.count <= lengthMax else {
            throw failure(.limit, "has more than \(lengthMax) bytes; shorten it")
        }
        guard !text.utf8.contains(0) else { throw failure(.value, "holds a NUL character; leave it out") }
        return text
    }

    /// The name of a workflow, a step, an input or a signal.
    func name() throws(DefinitionError) -> String {
        let rule = "a name: a letter, then letters, digits, '-' and '_', at most \(DefinitionLimits.nameLengthMax)"
        let text = try scalar(rule)
        guard Self.isName(text) else { throw failure(.name, "does not fit; it takes \(rule)") }
        return text
    }

    /// Whether references could name it.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= DefinitionLimits.nameLengthMax else { return false }
        let isLetter = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        return isLetter(first)
            && text.utf8.allSatisfy {
                isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }

    /// A time, more than none.
    func duration() throws(DefinitionError) -> WrittenDuration {
        let rule = "a time from 1ms to \(DurationText.write(DurationText.max)), such as 30s, 5m, 2h or 1d"
        let text = try scalar(rule)
        guard let duration = DurationText.read(text), duration > .zero else {
            throw failure(.value, "does not fit; it takes \(rule)")
        }
        return WrittenDuration(duration)
    }

    /// A whole number in a range.
    func integer(_ range: ClosedRange<Int>) throws(DefinitionError) -> Int {
        let rule = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let number = Int(try scalar(rule)), range.contains(number) else {
            throw failure(.value, "does not fit; it takes \(rule)")
        }
        return number
    }

    /// `true` or `false`
    func toggle() throws(DefinitionError) -> Bool {
        switch try scalar("true or false") {
        case "true": return true
        case "false": return false
        default: throw failure(.value, "does not fit; it takes true or false")
        }
    }

    /// One of the words of an enum.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(
        of type: Choice.Type
    ) throws(DefinitionError) -> Choice {
        let words = type.allCases.map(\.rawValue)
        let text = try scalar(words.joined(separator: ", "))
        if let choice = Choice(rawValue: text) { return choice }
        let near = NearestName.find(text, among: words).map { "did you mean '\($0)'? " } ?? ""
        throw failure(.value, "does not fit; \(near)it takes \(words.joined(separator: ", "))")
    }

    /// A text that may hold references.
    func template() throws(DefinitionError) -> Template {
        let text = try text(lengthMax: DefinitionLimits.textLengthMax)
        do throws(TemplateError) {
            return try Template(text)
        } catch {
            throw failure(.reference, error.problem)
        }
    }

    // MARK: Lists and mappings

    /// The items of a list.
    func items(of what: String, max: Int) throws(DefinitionError) -> [DefinitionField] {
        guard case .sequence(let items) = value.content else {
            throw failure(
                .value, isEmpty ? "is empty; it takes a list of \(what)" : "is no list of \(what); make it one")
        }
        guard items.count <= max else {
            throw failure(.limit, "has \(items.count) \(what), the limit is \(max); use fewer")
        }
        return items.enumerated().map { DefinitionField(value: $1, path: "\(path)[\($0)]") }
    }

    /// The members of a mapping, all of them known.
    func members(_ known: [String], of what: String) throws(DefinitionError) -> DefinitionMembers {
        let members = try anyMembers(of: what)
        for member in members.all where !known.contains(member.name) {
            throw members.unknown(member.name, known: known, of: what)
        }
        return members
    }

    /// The members of a mapping, whatever their names.
    func anyMembers(of what: String) throws(DefinitionError) -> DefinitionMembers {
        guard case .mapping(let entries) = value.content else {
            throw failure(.value, (isEmpty ? "is empty" : "is no mapping") + "; write the keys of \(what) below it")
        }
        return DefinitionMembers(owner: self, entries: entries)
    }
}

/// A mapping of such a file.
struct DefinitionMembers {
    let owner: DefinitionField
    fileprivate let entries: [YAMLValue.Entry]

    /// All of them in the order of the file.
    var all: [(name: String, field: DefinitionField)] {
        entries.map { ($0.key, DefinitionField(value: $0.value, path: place($0.key))) }
    }

    /// The member of this name, if it is there.
    subscript(name: String) -> DefinitionField? {
        entries.first { $0.key == name }.map { DefinitionField(value: $0.value, path: place(name)) }
    }

    /// The member of this name.
    func required(_ name: String, _ expectation: String) throws(DefinitionError) -> DefinitionField {
        if let field = self[name] { return field }
        throw DefinitionError(
            file: "", line: owner.value.mark.line, column: owner.value.mark.column, field: place(name), rule: .missing,
            problem: "is missing; it takes \(expectation)")
    }

    /// An error at the name of a member.
    func failure(at name: String, _ rule: DefinitionError.Rule, _ problem: String) -> DefinitionError {
        let mark = entries.first { $0.key == name }?.mark ?? owner.value.mark
        return DefinitionError(
            file: "", line: mark.line, column: mark.column, field: place(name), rule: rule, problem: problem)
    }

    func unknown(_ name: String, known: [String], of what: String) -> DefinitionError {
        let near = NearestName.find(name, among: known)
        let hint = near.map { "did you mean '\($0)'?" } ?? "\(what) has \(known.joined(separator: ", "))"
        return failure(at: name, .unknownKey, "is not known; \(hint)")
    }

    private func place(_ name: String) -> String {
        let shown = String(name.prefix(60))
        return owner.path.isEmpty ? shown : "\(owner.path).\(shown)"
    }
}
