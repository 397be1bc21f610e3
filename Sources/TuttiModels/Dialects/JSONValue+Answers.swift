import TuttiCore

/// Members of answers. Each is looked at by itself, so that one that has changed does not spoil the others.
extension JSONValue {
    /// The items of a list, else none.
    var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }

    /// The member of an object unless it is null.
    func member(_ name: String) -> JSONValue? {
        guard let value = self[name], value != .null else { return nil }
        return value
    }

    /// A number of tokens, also one in a text, as 64-bit numbers may come; nothing else, and never below zero.
    var tokens: Int64? {
        let number: Int64? =
            switch self {
            case .int(let number): number
            case .double(let number): Int64(exactly: number.rounded())
            case .string(let text): Int64(text)
            default: nil
            }
        return number.map { min(max(0, $0), ModelUsage.tokensMax) }
    }

    /// A member as tokens; 0 when it is not there.
    func tokens(_ name: String) -> Int64 { self[name]?.tokens ?? 0 }

    /// The text of a number or a text, as codes of errors come in both.
    var word: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        default: nil
        }
    }

    /// What counts as something where providers put null, false or nothing for "none".
    var isTruthy: Bool {
        switch self {
        case .null, .bool(false), .int(0), .string(""): false
        case .object(let members): !members.isEmpty
        default: true
        }
    }

    /// An amount of dollars as a number; a part of a millionth counts as a whole one.
    var dollars: USD? {
        let amount: Double? =
            switch self {
            case .int(let number): Double(number)
            case .double(let number): number
            default: nil
            }
        guard let amount, amount >= 0, amount <= 1_000_000_000 else { return nil }
        let exact = amount * 1_000_000
        // 0.00014 times a million is a little above 140 in binary; that little is not a part of a millionth.
        let isWhole = abs(exact - exact.rounded()) < 1e-6 * max(1, exact)
        return USD(microdollars: Int64(isWhole ? exact.rounded() : exact.rounded(.up)))
    }
}
