import FoundationEssentials
public import TuttiCore

/// A cassette does not hold a call. It shows what was asked and the nearest call that there is, both without secrets.
public struct CassetteMiss: CodedError, Hashable, CustomStringConvertible {
    /// The line of the nearest call; `nil` when the cassette is empty.
    public var nearestLine: Int?
    /// Where the nearest call differs first, as a JSON pointer.
    public var differsAt: String?
    /// What was asked, as JSON, cut to ``shownMax`` bytes.
    public var asked: String
    /// The nearest call's request, as JSON, cut to ``shownMax`` bytes.
    public var nearest: String?
    /// What stands there in what was asked, from a little before the first difference on.
    private var askedThere: String?
    /// The same in the nearest call.
    private var recordedThere: String?
    private var model: String
    private var question: String
    private var count: Int

    /// Bytes of a request that are shown.
    public static let shownMax = 4096
    private static let questionMax = 120

    init(asked: JSONValue, among calls: [Cassette.Call]) {
        let bytes = Array(CassetteKey.bytes(asked))
        let near = NearestCall.find(bytes, among: calls)
        self.asked = Self.shown(asked)
        model = asked["model"]?.stringValue ?? "no model"
        question = Self.question(asked)
        count = calls.count
        nearestLine = near?.line
        nearest = near.map { Self.shown($0.request) }
        differsAt = near.map { JSONDifference.first(asked, $0.request) ?? "" }
        if let near, let place = differsAt, case .string(let one)? = asked[pointer: place],
            case .string(let other)? = near.request[pointer: place]
        {
            (askedThere, recordedThere) = TextDifference.excerpts(of: one, other)
        }
    }

    /// `cassette_miss`
    public var code: String { "cassette_miss" }

    /// What was asked, the nearest call, and the way out.
    public var message: String {
        let what = "the cassette holds no answer to this call of \(model) ('\(question)')"
        guard let nearestLine else { return "\(what): it is empty; record the call" }
        var place = differsAt.map { $0.isEmpty ? "" : ", which differs first at '\($0)'" } ?? ""
        if let askedThere, let recordedThere { place += " (asked '\(askedThere)', recorded '\(recordedThere)')" }
        let calls = count == 1 ? "its one call is" : "of its \(count) calls the nearest is"
        return "\(what): \(calls) in line \(nearestLine)\(place); record the call anew, or ask what was recorded"
    }

    /// Both requests.
    public var data: JSONValue? {
        [
            "asked": .string(asked), "nearest": .text(nearest), "nearest_line": .number(nearestLine),
            "differs_at": .text(differsAt),
        ]
    }

    /// Never: the cassette does not change by itself.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }

    private static func shown(_ request: JSONValue) -> String {
        let bytes = CassetteKey.bytes(request)
        let text = String(decoding: bytes.prefix(shownMax), as: UTF8.self)
        return bytes.count > shownMax ? text + " … (cut)" : text
    }

    /// The beginning of what was said last.
    private static func question(_ request: JSONValue) -> String {
        let texts = (request["messages"]?.items.last?["content"]?.items ?? []).compactMap { $0["text"]?.stringValue }
        let line = texts.joined(separator: " ").prefix(questionMax * 4).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        return line.count > questionMax ? line.prefix(questionMax) + "…" : line
    }
}

/// Finds the call that somebody may have meant.
enum NearestCall {
    /// Calls that are compared, those of the nearest length.
    static let comparedMax = 500
    /// Bytes of the part that differs which are compared one by one.
    static let windowMax = 128

    static func find(_ asked: [UInt8], among calls: [Cassette.Call]) -> Cassette.Call? {
        let all = calls.map { (call: $0, bytes: Array(CassetteKey.bytes($0.request))) }
        func gap(_ bytes: [UInt8]) -> Int { abs(bytes.count - asked.count) }
        let near = all.sorted { (gap($0.bytes), $0.call.line) < (gap($1.bytes), $1.call.line) }.prefix(comparedMax)
        let rated = near.map { (call: $0.call, distance: distance(asked, $0.bytes)) }
        return rated.min { ($0.distance, $0.call.line) < ($1.distance, $1.call.line) }?.call
    }

    /// How many bytes have to be changed, put in or taken out, between the equal beginning and the equal end.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let most = min(left.count, right.count)
        var start = 0
        while start < most, left[start] == right[start] { start += 1 }
        var end = 0
        while end < most - start, left[left.count - 1 - end] == right[right.count - 1 - end] { end += 1 }
        let (left, right) = (left[start..<left.count - end], right[start..<right.count - end])
        let rest = abs(left.dropFirst(windowMax).count - right.dropFirst(windowMax).count)
        return rest + edits(Array(left.prefix(windowMax)), Array(right.prefix(windowMax)))
    }

    private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in right.indices {
                let changed = last[column] + (left[row] == right[column] ? 0 : 1)
                current.append(min(changed, last[column + 1] + 1, current[column] + 1))
            }
            last = current
        }
        return last[right.count]
    }
}

/// Where two values differ.
enum JSONDifference {
    /// The first place as a JSON pointer, members in the order of their names; `nil` when they are equal.
    static func first(_ left: JSONValue, _ right: JSONValue, at path: String = "") -> String? {
        switch (left, right) {
        case (.object(let one), .object(let other)):
            for name in Set(one.keys).union(other.keys).sorted() {
                let place = path + "/" + JSONPointer.escape(name)
                guard let inner = one[name], let outer = other[name] else { return place }
                if let found = first(inner, outer, at: place) { return found }
            }
            return nil
        case (.array(let one), .array(let other)):
            for (index, pair) in zip(one, other).enumerated() {
                if let found = first(pair.0, pair.1, at: "\(path)/\(index)") { return found }
            }
            return one.count == other.count ? nil : "\(path)/\(min(one.count, other.count))"
        default: return left == right ? nil : path
        }
    }
}

/// How two texts differ.
enum TextDifference {
    /// Characters that are shown before the first difference, and from it on.
    private static let (before, behind) = (20, 40)

    /// What stands around the first difference in each, in one line.
    static func excerpts(of one: String, _ other: String) -> (String, String) {
        let start = zip(one, other).prefix { $0 == $1 }.count
        return (excerpt(of: one, from: start), excerpt(of: other, from: start))
    }

    private static func excerpt(of text: String, from start: Int) -> String {
        let part = text.dropFirst(max(0, start - before)).prefix(before + behind)
        return CleanText.line(String(part), bytesMax: 4 * (before + behind))
    }
}

extension JSONValue {
    /// The value at a JSON pointer (RFC 6901).
    fileprivate subscript(pointer path: String) -> JSONValue? {
        var value = self
        for part in path.split(separator: "/") {
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            let element = Int(name).flatMap { value.items.indices.contains($0) ? value.items[$0] : nil }
            guard let next = element ?? value[name] else { return nil }
            value = next
        }
        return value
    }
}
