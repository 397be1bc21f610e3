import CYAML

/// Reads one YAML document into a tree, by libyaml's events.
///
/// Only what a file that people write needs: one document of mappings, lists and texts. Aliases are refused, which
/// rules out documents that unfold to many times their size.
package enum YAMLDocument {
    /// What people write is a page; this is a small book, in bytes.
    package static let sizeMax = 256 * 1024
    /// Mappings and lists inside each other.
    package static let depthMax = 16
    /// Values of all kinds.
    package static let valuesMax = 10_000

    /// The tree; `nil` for a text that holds no value, such as one of comments only.
    ///
    /// - Throws: ``YAMLError`` with the place.
    package static func read(_ text: String) throws(YAMLError) -> YAMLValue? {
        let start = YAMLMark(line: 1, column: 1)
        guard text.utf8.count <= sizeMax else {
            throw YAMLError(mark: start, message: "the file is larger than \(sizeMax) bytes; shorten it")
        }
        let events = try YAMLEvents.all(of: Array(text.utf8))
        var builder = YAMLTreeBuilder(events: events)
        return try builder.document()
    }
}

/// An event of the parser, freed of its C memory.
struct YAMLEvent: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case documentStart
        case scalar(String)
        case alias
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    let kind: Kind
    let mark: YAMLMark
    /// Whether it is a scalar without quotes.
    let isPlain: Bool
}

/// The only place that touches libyaml.
enum YAMLEvents {
    /// All events of a text.
    static func all(of bytes: [UInt8]) throws(YAMLError) -> [YAMLEvent] {
        var parser = unsafe yaml_parser_t()
        guard unsafe yaml_parser_initialize(&parser) == 1 else {
            throw YAMLError(mark: YAMLMark(line: 1, column: 1), message: "there is no memory left to read the file")
        }
        defer { unsafe yaml_parser_delete(&parser) }
        // The parser keeps the address of its input, so everything happens inside of the closure.
        let result = unsafe bytes.withUnsafeBufferPointer { input -> Result<[YAMLEvent], YAMLError> in
            unsafe yaml_parser_set_input_string(&parser, input.baseAddress, input.count)
            unsafe yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            return unsafe collect(&parser)
        }
        return try result.get()
    }

    private static func collect(_ parser: inout yaml_parser_t) -> Result<[YAMLEvent], YAMLError> {
        var events: [YAMLEvent] = []
        var depth = 0
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(&parser, &event) == 1 else {
                return .failure(unsafe syntaxError(parser))
            }
            defer { unsafe yaml_event_delete(&event) }
            let mark = unsafe YAMLMark(event.start_mark)
            switch unsafe event.type {
            case YAML_STREAM_END_EVENT: return .success(events)
            case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT: depth += 1
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
            default: break
            }
            // Checked while reading: what comes after the limit is never held.
            guard depth <= YAMLDocument.depthMax else {
                return .failure(YAMLError(mark: mark, message: "nested deeper than \(YAMLDocument.depthMax) levels"))
            }
            guard events.count < 2 * YAMLDocument.valuesMax else {
                return .failure(YAMLError(mark: mark, message: "more than \(YAMLDocument.valuesMax) values"))
            }
            guard let kind = unsafe kind(of: event) else { continue }
            let isPlain = unsafe event.type == YAML_SCALAR_EVENT && event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
            events.append(YAMLEvent(kind: kind, mark: mark, isPlain: isPlain))
        }
    }

    private static func kind(of event: yaml_event_t) -> YAMLEvent.Kind? {
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_ALIAS_EVENT: return .alias
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT: return .mappingStart
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(unsafe String(decoding: bytes, as: UTF8.self))
        default: return nil
        }
    }

    private static func syntaxError(_ parser: yaml_parser_t) -> YAMLError {
        let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "this is no YAML"
        let isAtReader = unsafe parser.error == YAML_READER_ERROR
        let mark = unsafe isAtReader ? YAMLMark(parser.mark) : YAMLMark(parser.problem_mark)
        return YAMLError(mark: mark, message: problem)
    }
}

extension YAMLMark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}
