import TuttiHTTP

/// Makes a head of the lines that libcurl hands over one by one, within limits. Interim answers (1xx) are skipped.
struct HeadParser {
    enum Outcome {
        case more
        case complete(HTTPHead)
        case tooLarge(String)
        case broken
    }

    private let sizeMax: Int
    private let fieldsMax: Int
    private var size = 0
    private var count = 0
    private var status = 0
    private var headers = HTTPHeaders()
    private var isComplete = false

    init(sizeMax: Int, fieldsMax: Int) {
        self.sizeMax = sizeMax
        self.fieldsMax = fieldsMax
    }

    /// One line with its end. Trailers, which come after the body, count for the limits and are dropped.
    mutating func take(_ bytes: some Collection<UInt8>) -> Outcome {
        size += bytes.count
        guard size <= sizeMax else { return .tooLarge("the head of the answer has more than \(sizeMax) bytes") }
        if isComplete { return countField() }
        let end = bytes.firstIndex { $0 == 0x0d || $0 == 0x0a } ?? bytes.endIndex
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        // A line that goes on in the next one has been forbidden since 2014: nobody agrees on what it means.
        guard bytes.first != 0x20, bytes.first != 0x09 else { return .broken }
        if text.isEmpty { return completed() }
        if status == 0 { return begin(text) }
        guard let colon = text.firstIndex(of: ":") else { return .broken }
        headers.add(String(text[..<colon]), Self.trimmed(text[text.index(after: colon)...]))
        return countField()
    }

    private mutating func countField() -> Outcome {
        count += 1
        return count <= fieldsMax ? .more : .tooLarge("the head of the answer has more than \(fieldsMax) fields")
    }

    private mutating func begin(_ line: String) -> Outcome {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, let number = Int(parts[1]), (100...999).contains(number) else { return .broken }
        status = number
        headers = HTTPHeaders()
        return .more
    }

    private mutating func completed() -> Outcome {
        guard status >= 200 else {
            status = 0
            return .more
        }
        isComplete = true
        return .complete(HTTPHead(status: status, headers: headers))
    }

    private static func trimmed(_ value: Substring) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        guard let first = value.firstIndex(where: { !isBlank($0) }),
            let last = value.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(value[first...last])
    }
}
