import Testing

@testable import TuttiHTTPServer

struct ByteClassTests {
    private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

    private func members(_ isMember: (UInt8) -> Bool) -> Set<UInt8> { Set((0...255).map(UInt8.init).filter(isMember)) }

    @Test func areThoseOfTheStandards() {
        #expect(members(ByteClass.isToken) == Set((Self.letters + "!#$%&'*+-.^_`|~").utf8))
        #expect(members(ByteClass.isHost) == Set((Self.letters + "-._~!$&'()*+;=:[]%").utf8))
        #expect(members(ByteClass.isValue) == Set([0x09] + (0x20...0x7E) + (0x80...0xFF)))
        #expect(members(ByteClass.isTarget) == Set(0x21...0x7E).subtracting([UInt8(ascii: "#")]))
    }
}
