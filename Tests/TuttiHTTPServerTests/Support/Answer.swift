/// What a server has answered.
struct Answer: Sendable {
    let status: Int
    let head: String
    /// By names in lower case.
    private let fields: [String: String]
    var body: [UInt8] = []

    init?(head: String) {
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
        self.status = status
        self.head = head
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            guard sides.count == 2 else { return nil }
            fields[sides[0].lowercased()] = String(sides[1].drop { $0 == " " })
        }
        self.fields = fields
    }

    subscript(name: String) -> String? { fields[name] }

    var text: String { String(decoding: body, as: UTF8.self) }
}
