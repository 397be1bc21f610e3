import FoundationEssentials

@testable import TuttiDocuments

/// The labelled documents beside this file.
struct Corpus {
    /// A remark of a reader who knew neither the rules nor what they find.
    struct Remark: Sendable, CustomStringConvertible {
        /// `must` or `should`.
        var weight: String
        /// The rules that could say it; `none` where there is none.
        var codes: [String]
        var lines: [Int]
        var words: String

        var description: String { "\(weight) \(codes.joined(separator: "|")) \(lines) \(words)" }
        var hasRule: Bool { codes != ["none"] }

        /// A finding with one of the codes, at one of the lines or beside it.
        func isMade(by findings: [Finding]) -> Bool {
            findings.contains { finding in
                codes.contains(finding.code)
                    && finding.lines.contains { line in lines.contains { abs($0 - line) <= Self.near } }
            }
        }

        private static let near = 1
    }

    struct Entry: CustomStringConvertible, Sendable {
        var name: String
        var document: Document
        /// The kind that a person would give it.
        var kind: DocumentKind
        /// Identity of each finding, and whether a senior reviewer would keep it.
        var labels: [String: Bool]
        /// What the reader found, in a document that one has read.
        var remarks: [Remark]

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

    /// A label file has `kind NAME`, then `keep IDENTITY` and `drop IDENTITY`; `#` begins a remark. Where a reader has
    /// read the document, `expect WEIGHT CODES LINES WORDS` follows for each of their remarks.
    private static func entry(_ name: String, _ text: String, _ labels: String) -> Entry? {
        var kind: DocumentKind?
        var marks: [String: Bool] = [:]
        var remarks: [Remark] = []
        for line in labels.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "kind": kind = try? DocumentKind(named: parts[1])
            case "keep": marks[parts[1]] = true
            case "drop": marks[parts[1]] = false
            case "expect": if let remark = remark(parts[1]) { remarks.append(remark) }
            default: continue
            }
        }
        return kind.map {
            Entry(name: name, document: Document(text: text), kind: $0, labels: marks, remarks: remarks)
        }
    }

    private static func remark(_ text: String) -> Remark? {
        let parts = text.split(separator: " ", maxSplits: 3).map(String.init)
        guard parts.count == 4 else { return nil }
        return Remark(
            weight: parts[0], codes: parts[1].split(separator: "|").map(String.init),
            lines: parts[2].split(separator: ",").compactMap { Int($0) }, words: parts[3])
    }
}
