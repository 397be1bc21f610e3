/// Makes a tree of events. The depth is bounded by ``YAMLDocument/depthMax`` before it comes here.
struct YAMLTreeBuilder {
    private let events: [YAMLEvent]
    private var position = 0

    init(events: [YAMLEvent]) { self.events = events }

    /// The one document.
    mutating func document() throws(YAMLError) -> YAMLValue? {
        let starts = events.filter { $0.kind == .documentStart }
        if starts.count > 1 {
            throw YAMLError(mark: starts[1].mark, message: "a second document begins here; leave '---' out")
        }
        position = 1
        guard let first = events.dropFirst().first else { return nil }
        return try value(first)
    }

    private mutating func next() -> YAMLEvent? {
        guard position < events.count else { return nil }
        defer { position += 1 }
        return events[position]
    }

    private mutating func value(_ expected: YAMLEvent) throws(YAMLError) -> YAMLValue {
        guard let event = next() else { throw YAMLError(mark: expected.mark, message: "a value is missing here") }
        switch event.kind {
        case .scalar(let text):
            return YAMLValue(content: .scalar(text), mark: event.mark, isPlain: event.isPlain)
        case .sequenceStart:
            return YAMLValue(content: .sequence(try sequence()), mark: event.mark, isPlain: false)
        case .mappingStart:
            return YAMLValue(content: .mapping(try mapping()), mark: event.mark, isPlain: false)
        case .alias:
            throw YAMLError(mark: event.mark, message: "aliases (*name) are not read here; write the value out")
        case .documentStart, .sequenceEnd, .mappingEnd:
            throw YAMLError(mark: event.mark, message: "a value is missing here")
        }
    }

    private mutating func sequence() throws(YAMLError) -> [YAMLValue] {
        var values: [YAMLValue] = []
        while position < events.count, events[position].kind != .sequenceEnd {
            values.append(try value(events[position]))
        }
        position += 1
        return values
    }

    private mutating func mapping() throws(YAMLError) -> [YAMLValue.Entry] {
        var entries: [YAMLValue.Entry] = []
        var seen: [String: YAMLMark] = [:]
        while let event = next(), event.kind != .mappingEnd {
            guard case .scalar(let key) = event.kind else {
                throw YAMLError(mark: event.mark, message: "a key is a name, not a list or a mapping")
            }
            if let first = seen.updateValue(event.mark, forKey: key) {
                throw YAMLError(mark: event.mark, message: "'\(key)' stands twice, first at \(first); keep one")
            }
            entries.append(YAMLValue.Entry(key: key, mark: event.mark, value: try value(event)))
        }
        return entries
    }
}
