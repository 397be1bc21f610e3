import FoundationEssentials
import TuttiCore

/// The first place in which two JSON values differ, for people to look at.
struct JSONDifference {
    let recorded: String
    let replayed: String

    private static let textMax = 200

    /// `nil` when the values are the same; members that are written in another order are.
    init?(_ recorded: Data, _ replayed: Data) {
        if recorded == replayed { return nil }
        guard let first = try? CanonicalJSON.decode(JSONValue.self, from: recorded),
            let second = try? CanonicalJSON.decode(JSONValue.self, from: replayed)
        else {
            self.recorded = "\(recorded.count) bytes"
            self.replayed = "\(replayed.count) other bytes"
            return
        }
        guard let place = Self.find(first, second, at: "") else { return nil }
        self.recorded = Self.text(place.first, at: place.path)
        self.replayed = Self.text(place.second, at: place.path)
    }

    private typealias Place = (path: String, first: JSONValue?, second: JSONValue?)

    private static func find(_ first: JSONValue?, _ second: JSONValue?, at path: String) -> Place? {
        switch (first, second) {
        case (.object(let one)?, .object(let two)?):
            for name in Set(one.keys).union(two.keys).sorted() {
                let inner = path.isEmpty ? name : "\(path).\(name)"
                if let place = find(one[name], two[name], at: inner) { return place }
            }
            return nil
        case (.array(let one)?, .array(let two)?):
            for index in 0..<max(one.count, two.count) {
                let place = find(
                    one.indices.contains(index) ? one[index] : nil, two.indices.contains(index) ? two[index] : nil,
                    at: "\(path)[\(index)]")
                if let place { return place }
            }
            return nil
        default: return first == second ? nil : (path, first, second)
        }
    }

    private static func text(_ value: JSONValue?, at path: String) -> String {
        let place = path.isEmpty ? "" : " at '\(path)'"
        guard let value else { return "nothing\(place)" }
        return describe(value) + place
    }

    /// A value in few words.
    static func describe(_ value: JSONValue) -> String {
        let bytes = (try? CanonicalJSON.encode(value)) ?? Data()
        let text = String(decoding: bytes, as: UTF8.self)
        return text.count > textMax ? text.prefix(textMax) + "…" : text
    }

    static func describe(_ bytes: Data) -> String { describe(JSONValue.stored(bytes)) }
}
