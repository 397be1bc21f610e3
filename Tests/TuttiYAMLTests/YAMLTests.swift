import Testing

@testable import TuttiYAML

@Suite("YAML")
struct YAMLTests {
    static func error(_ text: String) -> YAMLError? {
        do throws(YAMLError) {
            _ = try YAMLDocument.read(text)
            return nil
        } catch {
            return error
        }
    }

    static let wrong: [(String, String)] = [
        ("a: [1, 2", "2:1: did not find expected ',' or ']'"),
        ("a: 'x", "1:6: found unexpected end of stream"),
        ("a:\n\tb: 1", "2:1: found character that cannot start any token"),
        ("a: 1\n b: 2", "2:3: mapping values are not allowed in this context"),
        ("a: 1\nb: 2\na: 3", "3:1: 'a' stands twice, first at 1:1; keep one"),
        ("[a]: 1", "1:1: a key is a name, not a list or a mapping"),
        ("a: &x 1\nb: *x", "2:4: aliases (*name) are not read here; write the value out"),
        ("a: 1\n---\nb: 2", "2:1: a second document begins here; leave '---' out"),
        ("a: \"\u{1}\"", "1:1: control characters are not allowed"),
    ]

    @Test(arguments: wrong) func namesThePlace(text: String, message: String) {
        #expect(Self.error(text)?.description == message)
    }

    @Test func refusesWhatUnfolds() {
        var laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, previous) in zip("bcdefghi", "abcdefgh") {
            let list = [String](repeating: "*\(previous)", count: 9).joined(separator: ", ")
            laughs += "\(name): &\(name) [\(list)]\n"
        }
        #expect(Self.error(laughs)?.mark == YAMLMark(line: 2, column: 8))
    }

    @Test func depthIsBounded() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(Self.error(nested(YAMLDocument.depthMax)) == nil)
        #expect(Self.error(nested(YAMLDocument.depthMax + 1))?.message == "nested deeper than 16 levels")
    }

    @Test func sizeAndNumberAreBounded() {
        let many = String(repeating: "- x\n", count: 2 * YAMLDocument.valuesMax)
        #expect(Self.error(many)?.message == "more than 10000 values")
        let large = String(repeating: "#", count: YAMLDocument.sizeMax + 1)
        #expect(Self.error(large)?.message == "the file is larger than 262144 bytes; shorten it")
    }

    /// As large as the limit lets in, and made to be slow.
    @Test(arguments: ["[", "{", "- ", "? ", "a: {", "'", "&a ", "!!", "%", "|\n ", "[a,"])
    func hostileTextsEndQuickly(piece: String) {
        let text = String(repeating: piece, count: YAMLDocument.sizeMax / piece.utf8.count)
        let time = ContinuousClock().measure { _ = Self.error(text) }
        #expect(time < .seconds(20))
    }

    @Test func keepsTextOrderAndPlace() throws {
        let tree = try #require(try YAMLDocument.read("# tea\nb: 0x10\na:\n  - 'yes'\n  - 店\n"))
        guard case .mapping(let entries) = tree.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.key) == ["b", "a"])
        #expect(entries[0].value.content == .scalar("0x10"))
        #expect(entries[1].mark == YAMLMark(line: 3, column: 1))
        guard case .sequence(let items) = entries[1].value.content else {
            Issue.record("no list")
            return
        }
        #expect(items.map(\.content) == [.scalar("yes"), .scalar("店")])
        #expect(items[1].mark == YAMLMark(line: 5, column: 5))
    }

    @Test(arguments: ["", "\n\n", "# nothing\n", "\u{FEFF}# a mark of order"]) func mayBeEmpty(text: String) throws {
        #expect(try YAMLDocument.read(text) == nil)
    }
}
