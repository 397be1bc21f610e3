import FoundationEssentials
import TuttiCore

/// A request's body as a value that stands for no other body: what two readers could read in two ways is none.
enum ExactRequest {
    /// Larger numbers are not exact in every reader.
    private static let exactMax = 9_007_199_254_740_992.0

    /// The value of a body; `nil` when it is no JSON, names a member twice anywhere, or holds a number that is not
    /// exact.
    static func read(_ body: [UInt8]) -> JSONValue? {
        guard let value = try? WireJSON.read(body), isExact(value), members(of: value) == colons(in: body) else {
            return nil
        }
        return value
    }

    private static func isExact(_ value: JSONValue) -> Bool {
        switch value {
        case .double(let number): number.magnitude < exactMax
        case .array(let items): items.allSatisfy(isExact)
        case .object(let members): members.values.allSatisfy(isExact)
        default: true
        }
    }

    private static func members(of value: JSONValue) -> Int {
        switch value {
        case .array(let items): items.reduce(0) { $0 + members(of: $1) }
        case .object(let members): members.values.reduce(members.count) { $0 + self.members(of: $1) }
        default: 0
        }
    }

    /// Colons outside of texts: one for each member that was written. A reader that takes one of two members of a name
    /// finds fewer.
    private static func colons(in body: [UInt8]) -> Int {
        var (count, isInText, isEscaped) = (0, false, false)
        for byte in body {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                isInText.toggle()
            } else if isInText {
                isEscaped = byte == UInt8(ascii: "\\")
            } else if byte == UInt8(ascii: ":") {
                count += 1
            }
        }
        return count
    }
}
