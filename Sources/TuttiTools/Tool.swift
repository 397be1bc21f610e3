public import TuttiCore

/// Something that an agent can do, offered to a model by its name and the schema of its arguments.
///
/// A tool is called within a step: what it gives is recorded, and a call that was cut off by a crash is repeated or
/// asked about, as ``ToolDescription/repetition`` says.
public protocol Tool: Sendable {
    /// What the model is told of it, and how it may be called.
    var description: ToolDescription { get }

    /// Does it.
    ///
    /// - Parameters:
    ///   - arguments: an object that fits ``ToolDescription/parameters``.
    ///   - call: where it works, and for whom.
    /// - Returns: also for what went wrong in a way that the model can mend, with ``ToolOutput/isError``.
    /// - Throws: a `CodedError` for what the model cannot mend; `CancellationError`.
    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput
}

/// What is known of a tool before it is called.
public struct ToolDescription: Sendable, Hashable {
    /// At most 64 letters, digits, `_` and `-`.
    public var name: String
    /// What it does and when to use it, for the model.
    public var purpose: String
    /// What its arguments look like.
    public var parameters: JSONSchema
    /// Whether somebody is asked before it is called, unless an agent or the configuration says otherwise.
    public var permission: ToolPermission
    /// What it does to the files of the workspace.
    public var access: WorkspaceAccess
    /// How often a call may be carried out whose end nobody has seen.
    public var repetition: ToolRepetition
    /// How long a call may take.
    public var timeout: Duration

    /// A description from its parts.
    public init(
        name: String, purpose: String, parameters: JSONSchema, permission: ToolPermission = .always,
        access: WorkspaceAccess = .none, repetition: ToolRepetition = .repeatable, timeout: Duration = .seconds(120)
    ) {
        self.name = name
        self.purpose = purpose
        self.parameters = parameters
        self.permission = permission
        self.access = access
        self.repetition = repetition
        self.timeout = timeout
    }
}

/// Whether a tool may be called without asking.
public enum ToolPermission: String, Sendable, Hashable, Codable, CaseIterable {
    /// Without asking.
    case always
    /// Somebody is asked the first time in a run.
    case once
    /// Somebody is asked each time, and is shown what exactly will be done.
    case ask
    /// Not at all: the model does not learn of it.
    case never

    /// How strict it is, for finding the stricter of two.
    private var rank: Int {
        switch self {
        case .always: 0
        case .once: 1
        case .ask: 2
        case .never: 3
        }
    }

    /// The stricter of two.
    public static func stricter(_ one: ToolPermission, _ other: ToolPermission) -> ToolPermission {
        one.rank >= other.rank ? one : other
    }
}

/// What a tool does to the files of a workspace.
public enum WorkspaceAccess: String, Sendable, Hashable, Codable {
    /// It has nothing to do with them.
    case none
    /// It reads them: it may run beside others that only read.
    case reads
    /// It may change them: it runs alone, and what it leaves is recorded with its result.
    case writes
}

/// How often a call may be carried out whose end nobody has seen, such as after a crash.
public enum ToolRepetition: String, Sendable, Hashable, Codable {
    /// Again: it finds its workspace as it was before.
    case repeatable
    /// Never a second time: a person says what has happened.
    case atMostOnce
}

/// What came out of a call.
public struct ToolOutput: Sendable, Hashable, Codable {
    /// What the model is told.
    public var text: String
    /// Whether it went wrong, in a way that the model may mend.
    public var isError: Bool
    /// The same for programs and pages; `nil` when the text is all.
    public var data: JSONValue?

    /// An output from its parts.
    public init(_ text: String, isError: Bool = false, data: JSONValue? = nil) {
        self.text = text
        self.isError = isError
        self.data = data
    }

    /// What went wrong, for the model to mend.
    public static func failure(_ text: String) -> ToolOutput { ToolOutput(text, isError: true) }
}
