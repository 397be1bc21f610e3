import FoundationEssentials

@testable import TuttiDocuments

/// The labelled documents beside this file.
struct Corpus {
    struct Entry: CustomStringConvertible, Sendable {
        var name: String
        var document: Document
        /// The kind that a person would give it.
        var kind: DocumentKind
        /// Identity of each finding, and whether a senior reviewer would keep it.
        var labels: [String: Bool]

        var description: String { name }
        var isGood: Bool { name.hasPrefix("good") }

        var findings: [Finding] {
            Rulebook.standard.review(document, kind: kind, critics: CriticProfile.all.map(\.id))
                .flatMap(\.findings).sorted(by: Finding.inOrder)
        }
    }

    static let entries: [Entry] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".md") }.sorted().compactMap { file in
            let name = String(file.dropLast(3))
            let text = read(folder.appending(path: file))
            let labels = read(folder.appending(path: name + ".labels"))
            return entry(name, text, labels)
        }
    }()

    private static func read(_ file: URL) -> String {
        (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// A label file has `kind NAME`, then `keep IDENTITY` and `drop IDENTITY`; `#` begins a remark.
    private static func entry(_ name: String, _ text: String, _ labels: String) -> Entry? {
        var kind: DocumentKind?
        var marks: [String: Bool] = [:]
        for line in labels.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "kind": kind = try? DocumentKind(named: parts[1])
            case "keep": marks[parts[1]] = true
            case "drop": marks[parts[1]] = false
            default: continue
            }
        }
        return kind.map { Entry(name: name, document: Document(text: text), kind: $0, labels: marks) }
    }
}
