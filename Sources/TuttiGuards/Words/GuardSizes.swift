/// How large a request may be; what is `nil` has no limit.
package struct GuardSizes: Sendable, Hashable {
    /// What is measured; the texts are those of files.
    package enum Size: String, Sendable, Hashable, CaseIterable {
        /// Bytes of the body.
        case requestBytes = "request_bytes"
        /// Turns of the conversation.
        case messages
        /// Tokens of all words, as they are estimated.
        case inputTokens = "input_tokens"
        /// Tokens that the answer may have, where the request says so.
        case outputTokens = "output_tokens"

        var noun: String {
            switch self {
            case .requestBytes: "bytes"
            case .messages: "messages"
            case .inputTokens: "tokens of input, as they are estimated,"
            case .outputTokens: "tokens of output that it asks for"
            }
        }
    }

    private var limits: [Size: Int64] = [:]

    package init(_ limits: [Size: Int64] = [:]) { self.limits = limits }

    package subscript(size: Size) -> Int64? { limits[size] }

    package var isEmpty: Bool { limits.isEmpty }

    /// Those that have a limit, in one order.
    var list: [(size: Size, max: Int64)] {
        Size.allCases.compactMap { size in limits[size].map { (size, $0) } }
    }
}
