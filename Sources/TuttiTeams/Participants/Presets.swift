public import TuttiCore
public import TuttiDocuments

/// The panels that are there by name: the built-in ones, and those that somebody has put into `HOME/presets`.
///
/// A file is read when it is asked for, so that a mistake in one spoils no other.
public struct Presets: Sendable, Hashable {
    /// The most files of one's own.
    public static let filesMax = 200

    /// Where a panel comes from.
    public enum Origin: Sendable, Hashable {
        /// It is part of Tutti.
        case builtIn
        /// A file of one's own.
        case file(String)
    }

    /// Paths by name.
    private let own: [String: String]

    /// The built-in panels, and those of files; one of one's own goes before a built-in one of the same name.
    ///
    /// - Parameter own: paths by name.
    public init(own: [String: String] = [:]) { self.own = own }

    /// The built-in preset that a kind of document suggests.
    public static func name(for kind: DocumentKind) -> String {
        switch kind {
        case .rfc, .architecture, .runbook: "architecture"
        default: "prd"
        }
    }

    /// The names in the order of the alphabet.
    public var names: [String] { Set(Self.builtIn.keys).union(own.keys).sorted() }

    /// Where the panel of a name comes from; `nil` when there is none.
    public func origin(of name: String) -> Origin? {
        if let path = own[name] { return .file(path) }
        return Self.builtIn[name] == nil ? nil : .builtIn
    }

    /// The YAML of a panel, to be copied and edited.
    ///
    /// - Throws: ``PresetError`` `unknown_preset` or `unreadable_preset`.
    public func text(of name: String) throws(PresetError) -> String {
        if let path = own[name] { return try PresetFile.text(at: path) }
        guard let text = Self.builtIn[name] else { throw .unknown(name, known: names) }
        return text
    }

    /// The panel of a name.
    ///
    /// - Throws: ``PresetError``, of which `bad_definition` has line and column of a mistake in a file.
    public func named(_ name: String) throws(PresetError) -> Panel {
        try Self.panel(in: try text(of: name), file: own[name] ?? name)
    }

    /// The panel of a name, or of a file: what has a slash, or ends with `.yaml` or `.yml`, is a path.
    ///
    /// - Throws: ``PresetError``, of which `bad_definition` has line and column of a mistake in a file.
    public func panel(_ nameOrPath: String) throws(PresetError) -> Panel {
        let isPath = nameOrPath.contains("/") || PresetFile.endings.contains { nameOrPath.hasSuffix($0) }
        guard isPath else { return try named(nameOrPath) }
        return try Self.panel(in: try PresetFile.text(at: nameOrPath), file: nameOrPath)
    }

    private static func panel(in text: String, file: String) throws(PresetError) -> Panel {
        do throws(DefinitionError) {
            return try Panel.read(text, file: file)
        } catch {
            throw .mistake(error)
        }
    }

    static let builtIn = [
        "architecture": architecture, "business-strategy": businessStrategy, "code-review": codeReview, "prd": prd,
    ]
}

/// A panel that cannot be had.
public enum PresetError: CodedError, Hashable, CustomStringConvertible {
    /// There is none of this name.
    case unknown(String, known: [String])
    /// Its file has a mistake.
    case mistake(DefinitionError)
    /// Its file, or the folder, cannot be read.
    case unreadable(path: String, reason: String)

    /// Stable: `unknown_preset`, `bad_definition` or `unreadable_preset`.
    public var code: String {
        switch self {
        case .unknown: "unknown_preset"
        case .mistake(let error): error.code
        case .unreadable: "unreadable_preset"
        }
    }

    /// What is wrong, with the way out.
    public var message: String {
        switch self {
        case .unknown(let name, let known):
            let near = NearestName.find(name, among: known).map { "did you mean '\($0)'?" }
            let all = "there are \(known.prefix(20).joined(separator: ", ")); or name a file that ends with .yaml"
            return "there is no preset '\(CleanText.line(name, bytesMax: 60))'; \(near ?? all)"
        case .mistake(let error): return error.message
        case .unreadable(let path, let reason): return "\(path) \(reason)"
        }
    }

    /// Of a mistake its parts, for editors.
    public var data: JSONValue? { if case .mistake(let error) = self { error.data } else { nil } }
    /// Never: a name or a file has to change.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }
}
