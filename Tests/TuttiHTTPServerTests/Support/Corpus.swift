import FoundationEssentials

/// The cases beside this file: bytes of a client, each with the rule that they keep or break and what is to come of it.
enum Corpus {
    /// Text that stands for bytes up to 255, or such a text many times.
    private enum Part: Decodable {
        case text(String)
        case repeated(String, Int)

        private enum CodingKeys: String, CodingKey { case `repeat`, times }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self = .text(text)
            } else {
                let parts = try decoder.container(keyedBy: CodingKeys.self)
                self = .repeated(
                    try parts.decode(String.self, forKey: .repeat), try parts.decode(Int.self, forKey: .times))
            }
        }

        var bytes: [UInt8] {
            switch self {
            case .text(let text): text.unicodeScalars.map { UInt8($0.value) }
            case .repeated(let text, let times): (0..<times).flatMap { _ in Array(text.utf8) }
            }
        }
    }

    struct Request: Decodable, Sendable, CustomStringConvertible {
        let name: String
        /// RFC, section, and the words of the rule.
        let comment: String
        let bytes: [UInt8]
        /// The statuses of the answers, 200 for each request that is in order.
        let answers: [Int]
        let bodies: [String]?
        /// What comes then: `open`, `closed`, or `waiting` for the rest.
        let then: String

        var description: String { name }

        private enum CodingKeys: String, CodingKey { case name, comment, bytes, answers, bodies, then }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            name = try values.decode(String.self, forKey: .name)
            comment = try values.decode(String.self, forKey: .comment)
            answers = try values.decode([Int].self, forKey: .answers)
            bodies = try values.decodeIfPresent([String].self, forKey: .bodies)
            then = try values.decode(String.self, forKey: .then)
            let parts =
                try (try? values.decode(Part.self, forKey: .bytes)).map { [$0] }
                ?? values.decode([Part].self, forKey: .bytes)
            bytes = parts.flatMap(\.bytes)
        }
    }

    struct Frames: Decodable, Sendable, CustomStringConvertible {
        let name: String
        let comment: String
        /// Two hexadecimal digits a byte.
        let bytes: String
        /// What the decoder makes of them, in words.
        let events: [String]

        var description: String { name }

        var content: [UInt8] {
            let digits = Array(bytes.utf8).map { $0 < 0x40 ? $0 - 0x30 : $0 - 0x61 + 10 }
            return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        }
    }

    static let requests: [Request] = read("requests.jsonl")
    static let frames: [Frames] = read("frames.jsonl")

    private static func read<Entry: Decodable>(_ name: String) -> [Entry] {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        guard let data = try? Data(contentsOf: URL(filePath: "/\(folder)/Corpus/\(name)")) else { return [] }
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            try? JSONDecoder().decode(Entry.self, from: Data(line))
        }
    }
}
