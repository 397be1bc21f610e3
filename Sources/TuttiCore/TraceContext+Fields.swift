/// The fields `traceparent` and `tracestate` of a request (W3C Trace Context).
extension TraceContext {
    /// What the two fields of a request say, each with all its values in their order.
    ///
    /// - Returns: `nil` when there is no `traceparent`, more than one, or one that breaks the rules: then a new trace
    ///   begins. A broken `tracestate` is left out and costs nothing else.
    package static func read(traceparent: [String], tracestate: [String] = []) -> TraceContext? {
        guard traceparent.count == 1, let parent = traceparent.first, let context = parse(parent) else { return nil }
        let state = TraceState.read(tracestate) ?? ""
        return TraceContext(trace: context.trace, span: context.span, isSampled: context.isSampled, state: state)
    }

    /// `00-{trace}-{span}-{flags}`; the one flag that we know is whether the trace is recorded.
    package var traceparent: String { "00-\(trace)-\(span)-\(isSampled ? "01" : "00")" }

    /// Both fields as one text with a space between, for what outlives its request.
    package var text: String { state.isEmpty ? traceparent : "\(traceparent) \(state)" }

    /// What ``text`` has made; `nil` for anything else.
    package static func read(_ text: String) -> TraceContext? {
        let fields = text.split(separator: " ", maxSplits: 1).map(String.init)
        return read(traceparent: Array(fields.prefix(1)), tracestate: Array(fields.dropFirst()))
    }

    /// Version 00 is 55 bytes long. A later one may be longer, after another dash; its beginning means the same.
    private static func parse(_ text: String) -> TraceContext? {
        let bytes = Array(text.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Hexadecimal.word(bytes[0..<2]), version != 0xFF,
            let trace = TraceID(String(decoding: bytes[3..<35], as: UTF8.self)),
            let span = SpanID(String(decoding: bytes[36..<52], as: UTF8.self)),
            let flags = Hexadecimal.word(bytes[53..<55])
        else { return nil }
        if bytes.count > 55, version == 0 || bytes[55] != dash { return nil }
        return TraceContext(trace: trace, span: span, isSampled: flags & 1 == 1)
    }
}

/// The list in `tracestate` (section 3.3): up to 32 members `key=value`, each key once.
enum TraceState {
    static let membersMax = 32
    /// What has to be passed on; what is longer may be shortened by whole members, long ones first (section 3.3.1.5).
    static let bytesMax = 512
    static let memberBytesLong = 128

    /// The list as one text, or `nil` when a member breaks the rules.
    static func read(_ values: [String]) -> String? {
        var members: [Substring] = []
        var keys: Set<Substring> = []
        for value in values {
            for part in value.split(separator: ",") {
                let member = trimmed(part)
                if member.isEmpty { continue }
                guard let key = key(of: member), keys.insert(key).inserted, members.count < membersMax else {
                    return nil
                }
                members.append(member)
            }
        }
        return fitted(members).joined(separator: ",")
    }

    private static func fitted(_ members: [Substring]) -> [Substring] {
        func isTooLong(_ members: [Substring]) -> Bool {
            members.reduce(members.count - 1) { $0 + $1.utf8.count } > bytesMax
        }
        var kept = members
        while isTooLong(kept), let long = kept.lastIndex(where: { $0.utf8.count > memberBytesLong }) {
            kept.remove(at: long)
        }
        while isTooLong(kept) { kept.removeLast() }
        return kept
    }

    /// The key of a member that follows the rules.
    private static func key(of member: Substring) -> Substring? {
        guard let equals = member.firstIndex(of: "=") else { return nil }
        let (key, value) = (member[..<equals], member[member.index(after: equals)...])
        let parts = key.split(separator: "@", omittingEmptySubsequences: false)
        let isKey =
            switch parts.count {
            case 1: isName(parts[0], bytesMax: 256, mayBeginWithDigit: false)
            case 2:
                isName(parts[0], bytesMax: 241, mayBeginWithDigit: true)
                    && isName(parts[1], bytesMax: 14, mayBeginWithDigit: false)
            default: false
            }
        let isValue =
            value.utf8.count <= 256 && !value.isEmpty
            && value.utf8.allSatisfy { byte in
                (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "=")
            }
        return isKey && isValue ? key : nil
    }

    private static func isName(_ text: Substring, bytesMax: Int, mayBeginWithDigit: Bool) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= bytesMax else { return false }
        let (letters, digits) = (UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"))
        guard letters.contains(first) || mayBeginWithDigit && digits.contains(first) else { return false }
        return text.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || "_-*/".utf8.contains($0) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
