import TuttiAccess
import TuttiCore

/// Models that are files: `script/PATH` opens a cassette of the machine that serves. Only whoever owns that machine,
/// where nobody has to log in, names one over the API; for others there is no look at the file, so that nobody learns
/// whether it is there, nor what it holds.
enum CassetteRule {
    private static let provider = "script"
    /// Members of inputs below which models are named.
    private static let places: Set<String> = ["model", "models", "moderator"]

    /// - Throws: a ``Problem`` 422 `files_refused`.
    static func check(_ name: String, at field: String) throws(Problem) {
        guard isCassette(name), Caller.current?.principal.credential != .machine else { return }
        throw Problem(
            422, "files_refused",
            "a model 'script/PATH' is a file of the machine that serves; name another model, or start it with "
                + "'tutti roundtable' on the machine itself",
            errors: [.init(field: field, rule: "local", message: "no files are read for callers")])
    }

    /// The same for all models that the input of a workflow names.
    static func check(_ input: JSONValue, at field: String) throws(Problem) {
        try check(input, at: field, namesModels: false)
    }

    private static func check(_ value: JSONValue, at field: String, namesModels: Bool) throws(Problem) {
        switch value {
        case .string(let text) where namesModels: try check(text, at: field)
        case .array(let items):
            for (index, item) in items.enumerated() {
                try check(item, at: "\(field)/\(index)", namesModels: namesModels)
            }
        case .object(let members):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                try check(
                    member, at: "\(field)/\(JSONPointer.escape(name))",
                    namesModels: namesModels || places.contains(name))
            }
        default: break
        }
    }

    /// Several models may stand there, with commas and spaces between.
    private static func isCassette(_ names: String) -> Bool {
        names.split(separator: ",").contains { name in
            let plain = name.filter { !$0.isWhitespace }
            return plain == provider || plain.hasPrefix(provider + "/")
        }
    }
}
