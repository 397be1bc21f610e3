import Testing

struct CodeBlankerTests {
    private func code(_ text: String) -> String {
        String(decoding: CodeBlanker.blank(Array(text.utf8)), as: UTF8.self)
    }

    @Test(arguments: [
        ("a // b\nc", "a     \nc"),
        ("a /* b /* c */\n d */ e", "a             \n      e"),
        (#"f("a \" b")"#, #"f("      ")"#),
        (#"f("a\(g("x"))b")"#, #"f("  (g(" ")) ")"#),
        (##"f(#"a " \n"#)"##, ##"f(#"      "#)"##),
        ("\"\"\"\na \"b\" {\n\"\"\" + c", "\"\"\"\n       \n\"\"\" + c"),
        ("if (c == '\"') { // \"", "if (c ==    ) {     "),
        (#"if (c == '\'') x"#, "if (c ==     ) x"),
        ("\"never closed\nnext", "\"            \nnext"),
    ])
    func blanks(text: String, expected: String) {
        #expect(code(text) == expected)
    }

    @Test func neverChangesTheNumberOfBytes() {
        for file in Tree.here.files where file.fileExtension == "swift" {
            #expect(CodeBlanker.blank(file.bytes).count == file.bytes.count, "\(file.path)")
        }
    }
}
