/// An error that says to programs what it is and to people what happened.
///
/// A step stores what its error says here; the workflow receives a ``StepError`` made of it, at the first execution
/// and at every replay alike.
public protocol CodedError: Error, CustomStringConvertible {
    /// Stable and short, such as `rate_limited`; programs decide by it.
    var code: String { get }
    /// One sentence for people. Never holds a secret, since it is stored and shown.
    var message: String { get }
    /// What else a program may need.
    var data: JSONValue? { get }
    /// Whether trying again may help.
    var isRetryable: Bool { get }
    /// How long whoever failed asks to be left alone before it is tried again; `nil` when it does not say.
    var retryAfter: Duration? { get }
}

extension CodedError {
    /// Nothing else.
    public var data: JSONValue? { nil }
    /// True unless the error says otherwise.
    public var isRetryable: Bool { true }
    /// No wish.
    public var retryAfter: Duration? { nil }
    /// The message, so that whoever prints the error prints a sentence.
    public var description: String { message }
}

/// How a step, a branch or a run failed: what is stored, and what the workflow catches.
public struct StepError: CodedError, Codable, Hashable {
    /// Stable and short; `error` when the thrown error gave none.
    public var code: String
    /// One sentence for people.
    public var message: String
    /// What else the thrown error told.
    public var data: JSONValue?
    /// The key of the step where the error arose, however many scopes it has passed since.
    public var origin: String

    /// An error from its parts.
    public init(code: String, message: String, data: JSONValue? = nil, origin: String) {
        self.code = code
        self.message = message
        self.data = data
        self.origin = origin
    }

    /// What is kept of any error that arose at `origin`.
    ///
    /// A ``StepError`` that passed through stays as it is. The message is cut to ``messageLengthMax`` bytes, and data
    /// that JSON cannot write or that has more than ``dataSizeMax`` bytes is left out. The rest is as it will be read
    /// back, so that the first execution and a replay catch equal errors.
    package init(_ error: any Error, at origin: String) {
        switch error {
        case let error as StepError:
            self = error
        case let error as any CodedError:
            self.init(code: error.code, message: error.message, data: error.data, origin: origin)
        case is CancellationError:
            self.init(code: "cancelled", message: "the work was cancelled", origin: origin)
        default:
            self.init(code: "error", message: String(describing: error), origin: origin)
        }
        code = Self.cut(code, to: Self.codeLengthMax)
        message = Self.cut(message, to: Self.messageLengthMax)
        if data != nil { data = Self.asReadBack(data) }
    }

    /// The most bytes that are stored of a code.
    package static let codeLengthMax = 200
    /// The most bytes that are stored of a message.
    package static let messageLengthMax = 4096
    /// The most bytes that are stored of the data.
    package static let dataSizeMax = 64 << 10

    private static func cut(_ text: String, to bytesMax: Int) -> String {
        guard text.utf8.count > bytesMax else { return text }
        let mark = " … (cut)"
        let end = text.utf8.index(text.startIndex, offsetBy: bytesMax - mark.utf8.count)
        return String(text.unicodeScalars[..<end]) + mark  // the view goes back to the beginning of a scalar
    }

    private static func asReadBack(_ data: JSONValue?) -> JSONValue? {
        guard data != .null else { return nil }  // JSON does not tell the two apart
        guard let bytes = try? CanonicalJSON.encode(data), bytes.count <= dataSizeMax else { return nil }
        return try? CanonicalJSON.decode(JSONValue.self, from: bytes)
    }
}

extension StepError: CustomStringConvertible {
    /// `code at origin: message`
    public var description: String { "\(code) at \(origin): \(message)" }
}
