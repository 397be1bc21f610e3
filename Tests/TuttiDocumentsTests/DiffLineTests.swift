import Testing

@testable import TuttiDocuments

@Suite("Diff: lines")
struct DiffLineTests {
    /// A strict `patch`: every context and deleted line must be found where the hunk says.
    static func patch(_ old: String, with diff: String) throws -> String {
        var source = TokenTable.lines(of: old)[...]
        var taken = 0
        var result: [UInt8] = []
        var lines = TokenTable.lines(of: diff).map { String(decoding: $0, as: UTF8.self) }[...]
        if !lines.isEmpty {
            #expect(lines.removeFirst().hasPrefix("--- "))
            #expect(lines.removeFirst().hasPrefix("+++ "))
        }
        while let heading = lines.popFirst() {
            let places = try #require(heading.wholeMatch(of: /@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n/))
            let count = places.2.flatMap { Int($0) } ?? 1
            let start = try #require(Int(places.1)) - (count == 0 ? 0 : 1)
            while taken < start, let line = source.popFirst() {
                result += line
                taken += 1
            }
            var left = (old: count, new: places.4.flatMap { Int($0) } ?? 1)
            while left.old > 0 || left.new > 0, let line = lines.popFirst() {
                var content = Array(line.utf8.dropFirst())
                if lines.first?.hasPrefix("\\ No newline") == true, lines.popFirst() != nil { content.removeLast() }
                if !line.hasPrefix("+") {
                    try #require(source.popFirst().map(Array.init) == content)
                    taken += 1
                    left.old -= 1
                }
                if !line.hasPrefix("-") {
                    result += content
                    left.new -= 1
                }
            }
            try #require(left == (0, 0))
        }
        return String(decoding: result + source.joined(), as: UTF8.self)
    }

    @Test(arguments: 0..<300) func theTextApplies(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (old, new) = (random.text(lines: 30), random.text(lines: 30))
        for context in [0, 1, 3] {
            let diff = LineDiff(from: old, to: new, context: context)
            let patched = try Self.patch(old, with: diff.unifiedText())
            #expect(Array(patched.utf8) == Array(new.utf8))
        }
    }

    @Test(arguments: 0..<100) func countsAddUp(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (old, new) = (random.text(lines: 20), random.text(lines: 20))
        let diff = LineDiff(from: old, to: new)
        let lines = diff.hunks.flatMap(\.lines)
        #expect(lines.count { $0.kind == .deletion } == diff.deletedCount)
        #expect(lines.count { $0.kind == .insertion } == diff.insertedCount)
        let growth = TokenTable.lines(of: new).count - TokenTable.lines(of: old).count
        #expect(diff.insertedCount - diff.deletedCount == growth)
    }

    @Test func equalTextsHaveNoDiff() {
        #expect(LineDiff(from: "a\nb", to: "a\nb").unifiedText() == "")
        #expect(LineDiff(from: "", to: "").isEmpty)
    }

    @Test func looksLikeDiff() {
        let old = (1...20).map { "line \($0)\n" }.joined()
        let new = old.replacing("line 2\n", with: "").replacing("line 19\n", with: "line 19\nnew\n")
        #expect(
            LineDiff(from: old, to: new).unifiedText(oldName: "plan.md", newName: "plan.md (round 2)") == """
                --- plan.md
                +++ plan.md (round 2)
                @@ -1,5 +1,4 @@
                 line 1
                -line 2
                 line 3
                 line 4
                 line 5
                @@ -17,4 +16,5 @@
                 line 17
                 line 18
                 line 19
                +new
                 line 20

                """)
    }

    @Test func saysWhereTheLineFeedIsMissing() {
        #expect(
            LineDiff(from: "a", to: "a\n").unifiedText() == """
                --- a
                +++ b
                @@ -1 +1 @@
                -a
                \\ No newline at end of file
                +a

                """)
        #expect(
            LineDiff(from: "", to: "a\n").unifiedText() == """
                --- a
                +++ b
                @@ -0,0 +1 @@
                +a

                """)
    }

    @Test func namesCannotForgeLines() {
        let text = LineDiff(from: "a\n", to: "b\n").unifiedText(oldName: "x\n@@ -1 +1 @@\n", newName: "y\tz")
        #expect(text.hasPrefix("--- x@@ -1 +1 @@\n+++ yz\n@@ -1 +1 @@\n"))
    }

    @Test func neighboursShareAHunkAndStrangersDoNot() {
        let lines = (0..<40).map { "\($0)\n" }
        func changed(_ places: Int...) -> Int {
            var new = lines
            for place in places { new[place] = "x\n" }
            return LineDiff(from: lines.joined(), to: new.joined()).hunks.count
        }
        #expect(changed(10, 17) == 1)
        #expect(changed(10, 18) == 2)
    }
}
