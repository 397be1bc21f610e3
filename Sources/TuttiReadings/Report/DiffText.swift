/// The lines of a unified diff by what they are, as many as can be shown.
struct DiffText {
    /// More is no help to a reader and a burden to a browser.
    static let linesMax = 5000

    enum Kind: Sendable, Hashable {
        case name, hunk, context, insertion, deletion
    }

    let lines: [(kind: Kind, text: String)]
    /// How many lines are not among ``lines``.
    let omitted: Int
    let inserted: Int
    let deleted: Int

    init(_ diff: String) {
        var all = diff.split(separator: "\n", omittingEmptySubsequences: false)
        if all.last == "" { all.removeLast() }
        let kinds = all.enumerated().map { index, line in Self.kind(of: line, at: index) }
        inserted = kinds.count { $0 == .insertion }
        deleted = kinds.count { $0 == .deletion }
        omitted = max(0, all.count - Self.linesMax)
        lines = zip(kinds, all).prefix(Self.linesMax).map { ($0, String($1)) }
    }

    /// Only the first two lines can be names: a deleted line may begin with two dashes too.
    private static func kind(of line: Substring, at index: Int) -> Kind {
        if index < 2 { return .name }
        switch line.first {
        case "@": return .hunk
        case "+": return .insertion
        case "-": return .deletion
        default: return .context
        }
    }
}
