import TuttiCore

/// What is in a file, when it is a text that may be shown.
enum FileText {
    case text(String)
    case refused(FolderReport.Reason)

    init(_ bytes: [UInt8]) {
        guard !bytes.contains(0) else {
            self = .refused(.binary)
            return
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard let text = String(validating: bytes.starts(with: mark) ? bytes[3...] : bytes[...], as: UTF8.self) else {
            self = .refused(.notUTF8)
            return
        }
        if text.utf8.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) {
            self = .refused(.empty)
        } else if Self.holdsPrivateKey(bytes) {
            self = .refused(.privateKey)
        } else {
            self = .text(text)
        }
    }

    /// A line `-----BEGIN … PRIVATE KEY-----` (RFC 7468), as PEM and OpenSSH write it.
    private static func holdsPrivateKey(_ bytes: [UInt8]) -> Bool {
        let begin = Array("-----BEGIN ".utf8)
        let key = Array("PRIVATE KEY".utf8)
        return bytes.split(separator: UInt8(ascii: "\n")).contains { line in
            let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard text.starts(with: begin) else { return false }
            let label = text.dropFirst(begin.count).prefix { $0 != UInt8(ascii: "-") }
            return label.suffix(key.count).elementsEqual(key) || label.elementsEqual("PGP PRIVATE KEY BLOCK".utf8)
        }
    }
}
