/// A pattern of paths, as shells and tools for code have it: `*` stands for anything in a name, `?` for one character,
/// `**` for any folders. One without a slash is held against names alone.
struct GlobPattern: Sendable {
    private let parts: [[Character]]
    private let isForNames: Bool

    init(_ text: String) {
        isForNames = !text.contains("/")
        parts = text.split(separator: "/").map { Array($0) }
    }

    func fits(_ path: String) -> Bool {
        let names = path.split(separator: "/").map { Array($0) }
        guard !isForNames else { return Self.fits(names.last ?? [], parts.first ?? []) }
        // Which beginnings of the pattern the names so far fit; bounded by both lengths, however many stars there are.
        var reached = Self.closure([0], parts)
        for name in names {
            var next: Set<Int> = []
            for index in reached where index < parts.count {
                if parts[index] == ["*", "*"] {
                    next.insert(index)
                } else if Self.fits(name, parts[index]) {
                    next.insert(index + 1)
                }
            }
            reached = Self.closure(next, parts)
        }
        return reached.contains(parts.count)
    }

    /// `**` may stand for no folder at all.
    private static func closure(_ reached: Set<Int>, _ parts: [[Character]]) -> Set<Int> {
        var all = reached
        for index in parts.indices where all.contains(index) && parts[index] == ["*", "*"] { all.insert(index + 1) }
        return all
    }

    private static func fits(_ name: [Character], _ pattern: [Character]) -> Bool {
        var (place, at) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place + 1, at)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == name[at] {
                place += 1
                at += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                (place, at) = (last.pattern, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
