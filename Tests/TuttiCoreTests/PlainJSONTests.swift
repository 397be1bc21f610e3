import FoundationEssentials
import Testing

@testable import TuttiCore

@Suite("Reading JSON as programs usually write it") struct PlainJSONTests {
    private func general(_ bytes: Data) -> JSONValue? { try? CanonicalJSON.decode(JSONValue.self, from: bytes) }

    private static let ordinary = [
        "null", "true", "false", "0", "-1", "12", "123456789012345678", "0.5", "-0.25", "1.5e-3", "25e-1", "1E-7",
        "\"\"", "\"a\"", "\"é 日本 👩‍👩‍👧\"",
        #""\"\\\/\b\f\n\r\t""#, #""\u00e9\u65E5\ud83d\ude00""#, #""a\nb""#,
        "[]", "[ ]",
        "{}", "{ }", "[1,2 , 3]", #"{"a":{"b":[null,{"c":"d"}]},"e":0.1}"#, " \t\r\n{ \"a\" : [ true ] } \n",
        #"{"id":"x","choices":[{"index":0,"delta":{"content":"hi"},"logprobs":null,"finish_reason":null}]}"#,
        "\"\u{7F}\u{202E}\"", #""\u0000""#,
    ]

    @Test("reads at once what is ordinary", arguments: ordinary) func reads(text: String) throws {
        let value = try #require(PlainJSON.read(Array(text.utf8)))
        #expect(value == general(Data(text.utf8)))
    }

    @Test(
        "leaves to others what is not",
        arguments: [
            "", " ", "nul", "nulll", "tru", "truefalse", "+1", "01", "-", "-0", "1.", ".5", "1e", "1e+", "1.0", "1e2",
            "1.5e3",
            "-0.0", "1e999", "1234567890123456789", "99999999999999999999", "\"", "\"a", "\"\t\"", "\"\n\"", #""\x""#,
            #""\u12""#, #""\ud83d""#, #""\ud83dx""#, #""\ud83d\u0041""#, #""\udc00""#, #""\""#, "[", "[1", "[1,",
            "[1,]", "[,1]",
            "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{1:2}",
            #"{"a":1,"a":2}"#, "1 2", "{}{}", "\u{FEFF}1", "'a'", "NaN", "Infinity", "/**/1", "[1]]",
        ]) func leaves(text: String)
    {
        #expect(PlainJSON.read(Array(text.utf8)) == nil)
    }

    @Test("leaves bytes that are no text in UTF-8 to others")
    func encodings() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x31, 0x00],
            [0xFF, 0xFE, 0x31, 0x00],
            [0x22, 0x5C, 0x6E, 0xFF, 0x22],
        ] {
            #expect(PlainJSON.read(Array(bytes)) == nil)
        }
    }

    @Test("what it reads is what the general decoder reads, whatever is broken", arguments: 0..<4)
    func broken(seed: UInt64) {
        var random = Generator(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        let pieces = Array(#"{}[]",:\0123456789.eE+-truefalsn u é"#.utf8)
        for text in Self.ordinary {
            for _ in 0..<200 {
                var bytes = Array(text.utf8)
                for _ in 0...Int.random(in: 0..<3, using: &random) {
                    let place = Int.random(in: 0...bytes.count, using: &random)
                    let piece = pieces.randomElement(using: &random) ?? 0
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes.insert(piece, at: place)
                    case 1 where place < bytes.count: bytes[place] = piece
                    case 2 where place < bytes.count: bytes.remove(at: place)
                    default: break
                    }
                }
                guard let value = PlainJSON.read(Array(bytes)) else { continue }
                #expect(value == general(Data(bytes)), "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    /// The same numbers for the same seed.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }
}
