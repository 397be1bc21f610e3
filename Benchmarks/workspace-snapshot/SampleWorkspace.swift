import FoundationEssentials

/// Files of a few kilobytes in folders, of which some change each round.
struct SampleWorkspace {
    let path: String
    let count: Int
    private let folders = 200

    func place(_ number: Int) -> String { "\(path)/part\(number % 20)/group\(number % folders)/file\(number).txt" }

    private func text(_ number: Int, _ round: Int) -> Data {
        let line = "file \(number) in round \(round): something that an agent has written\n"
        return Data(String(repeating: line, count: 10 + number % 90).utf8)
    }

    func write() throws {
        for number in 0..<min(folders, count) {
            let folder = URL(filePath: place(number)).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        for number in 0..<count { try text(number, 0).write(to: URL(filePath: place(number))) }
    }

    /// Changes so many files that are far from each other.
    func change(_ changed: Int, round: Int) throws {
        for index in 0..<changed {
            let number = (round * 7919 + index * max(1, count / max(1, changed))) % count
            try text(number, round).write(to: URL(filePath: place(number)))
        }
    }
}
