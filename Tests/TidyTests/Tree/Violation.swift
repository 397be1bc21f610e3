/// One place where the tree breaks a rule.
struct Violation: Sendable, Equatable, CustomStringConvertible {
    let path: String
    /// Counted from one; nil when it is about the file as a whole.
    let line: Int?
    let message: String

    init(_ file: SourceFile, line: Int? = nil, _ message: String) {
        path = file.path
        self.line = line
        self.message = message
    }

    var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(message)" }
}
