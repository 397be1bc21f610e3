import FoundationEssentials

/// What is delivered beside the program, and told of it.
enum Shipped {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path()

    /// The text of a file of the repository.
    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: Self.path(path))), as: UTF8.self)
    }

    /// Where a file of the repository is.
    static func path(_ path: String) -> String { root + path }

    /// Names of metrics and of recorded rules, wherever they stand in a text.
    static func metricNames(in text: String) -> Set<String> {
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":")) }
        let heads = ["http_server_", "gen_ai_client_", "tutti_", "process_", "tutti:"]
        return Set(words.map(withoutColon).filter { word in heads.contains { word.hasPrefix($0) } })
    }

    /// A colon at the end belongs to the sentence.
    private static func withoutColon(_ word: Substring) -> String {
        String(word.last == ":" ? word.dropLast() : word)
    }

    /// What stands behind a key in lines of YAML such as `- alert: NAME`.
    static func values(of key: String, in yaml: String) -> [String] {
        yaml.split(separator: "\n").compactMap { line in
            let line = line.drop { $0 == " " || $0 == "-" }
            return line.hasPrefix(key + ": ") ? String(line.dropFirst(key.count + 2)) : nil
        }
    }

    /// The cells of rows of tables in Markdown.
    static func rows(in markdown: String) -> [[String]] {
        markdown.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
    }
}
