import Testing

@testable import TuttiRuntime

@Suite("Code that is let go of")
struct ProgramCodeTests {
    @Test(
        "is what can be executed and comes of a file",
        arguments: [
            ("7f00-8f00 r-xp 00000000 fe:00 123    /usr/bin/tutti\n", 0x7f00..<0x8f00),
            ("7f00-8f00 r-xp 00001000 fe:00 123    /srv/a folder/tutti (deleted)\n", 0x7f00..<0x8f00),
            ("7f00-8f00 r--p 00000000 fe:00 123    /usr/bin/tutti\n", nil),
            ("7f00-8f00 rw-p 00000000 fe:00 123    /usr/bin/tutti\n", nil),
            ("7f00-8f00 r-xp 00000000 00:00 0      [vdso]\n", nil),
            ("7f00-8f00 r-xp 00000000 00:00 0 \n", nil),
            ("8f00-7f00 r-xp 00000000 fe:00 123    /usr/bin/tutti\n", nil),
            ("", nil),
        ] as [(String, Range<UInt>?)])
    func reads(line: String, range: Range<UInt>?) {
        #expect(ProgramCode.Mapping(line)?.range == range)
    }

    @Test func isThereAgainWhenItIsNeeded() {
        #expect(ProgramCode.letGo() > 1 << 20)
        #expect((1...100).map(String.init).joined().count == 192)
    }
}
