import FoundationEssentials
import TuttiCore

/// One call that a server of models has billed, as `fake-models` writes it to its ledger.
package struct ModelCallLine: Hashable, Sendable {
    /// The caller's name for the call; `nil` when it has given none.
    package var token: String?
    /// Whether the answer was sent as a whole.
    package var isComplete: Bool
    /// Unix time in milliseconds at which the call was there.
    package var received: Int64
    package var microdollars: Int64
    /// Sent and received.
    package var tokens: Int64

    package init(token: String?, isComplete: Bool, received: Int64, microdollars: Int64, tokens: Int64) {
        self.token = token
        self.isComplete = isComplete
        self.received = received
        self.microdollars = microdollars
        self.tokens = tokens
    }

    /// Nil when the line has another shape.
    package init?(_ line: some StringProtocol) {
        guard let value = try? CanonicalJSON.decode(JSONValue.self, from: Data(line.utf8)),
            let end = value["end"]?.stringValue, ["complete", "cut"].contains(end),
            let received = value["received"]?.intValue, let usage = value["usage"]
        else { return nil }
        let names = ["uncached", "cache_read", "cache_write", "output"]
        let counts = names.compactMap { usage[$0]?.intValue }
        guard counts.count == names.count else { return nil }
        self.init(
            token: value["token"]?.stringValue, isComplete: end == "complete", received: received,
            microdollars: usage["microdollars"]?.intValue ?? 0, tokens: counts.reduce(0, +))
    }

    /// The step that has made the call: a token may say behind a slash which of several calls of one step it is.
    package var step: String { token.map { String($0.prefix { $0 != "/" }) } ?? "" }

    /// The lines of a ledger, and those among them that have another shape.
    package static func read(_ path: String) -> (lines: [ModelCallLine], malformed: [String]) {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let lines = text.split(separator: "\n").map { (ModelCallLine($0), String($0)) }
        return (lines.compactMap(\.0), lines.filter { $0.0 == nil }.map(\.1))
    }
}
