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
    mutating func take(_ bytes: some BidirectionalCollection<UInt8>) -> Outcome {
        size += bytes.count
        guard size <= sizeMax else { return .tooLarge("the head of the answer has more than \(sizeMax) bytes") }
        if isComplete { return countField() }
        let line = bytes[..<(bytes.firstIndex { $0 == 0x0d || $0 == 0x0a } ?? bytes.endIndex)]
        // A line that goes on in the next one has been forbidden since 2014: nobody agrees on what it means.
        guard line.first.map(Self.isBlank) != true else { return .broken }
        if line.isEmpty { return completed() }
        if status == 0 { return begin(String(decoding: line, as: UTF8.self)) }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return .broken }
        headers.add(String(decoding: line[..<colon], as: UTF8.self), Self.trimmed(line[line.index(after: colon)...]))
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

    private static func trimmed(_ value: some BidirectionalCollection<UInt8>) -> String {
        let start = value.drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: start[...last], as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
