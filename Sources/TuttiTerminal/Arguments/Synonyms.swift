/// Words of other programs for what is called otherwise here: they are no commands, and what is meant is told.
enum Synonyms {
    private static let commands = [
        "list": "ls", "remove": "rm", "delete": "rm", "check": "test", "get": "show", "new": "create", "edit": "change",
        "end": "revoke",
    ]
    /// What is meant, as it is written.
    private static let flags = ["port": ("listen", "--listen 127.0.0.1:PORT"), "host": ("listen", "--listen ADDRESS")]

    static func command(_ word: String, among choices: [String]) -> String? {
        let meant = word == "delete" || word == "remove" ? ["rm", "revoke"] : [commands[word]].compactMap(\.self)
        return meant.first(where: choices.contains)
    }

    static func flag(_ name: String, among known: [String]) -> String? {
        flags[name].flatMap { known.contains($0.0) ? $0.1 : nil }
    }
}
