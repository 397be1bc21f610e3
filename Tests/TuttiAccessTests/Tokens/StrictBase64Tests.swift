import Testing
import TuttiAccess

struct StrictBase64Tests {
    /// RFC 4648, section 10.
    @Test(
        arguments: zip(
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"],
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]))
    func bytesAndTextsAreThoseOfTheSpecification(_ bytes: String, _ text: String) {
        #expect(StrictBase64.padded.encode(bytes.utf8) == text)
        #expect(StrictBase64.padded.decode(text) == Array(bytes.utf8))
        let short = String(text.filter { $0 != "=" })
        #expect(StrictBase64.url.encode(bytes.utf8) == short)
        #expect(StrictBase64.url.decode(short) == Array(bytes.utf8))
    }

    @Test func eachAlphabetHasItsLastLetters() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xBF]
        #expect(StrictBase64.url.encode(bytes) == "-_-_")
        #expect(StrictBase64.unpadded.encode(bytes) == "+/+/")
        #expect(StrictBase64.dotted.encode(bytes) == "././")
        #expect(StrictBase64.url.decode("+/+/") == nil)
        #expect(StrictBase64.dotted.decode("+/+/") == nil)
    }

    @Test(arguments: ["Zg==", "Zg=", "Z", "Zm9vY", "Zh", "Zm9", "Zm 9v", "Zm9v\n", "Zm9v.", "Zm9\u{e9}", "====", "="])
    func aTextThatNobodyWritesIsNotRead(_ text: String) { #expect(StrictBase64.url.decode(text) == nil) }

    @Test(arguments: ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=Zg=", "Z===", "Zg==Zg==", "Zg=v"])
    func paddingStandsWhereItBelongs(_ text: String) { #expect(StrictBase64.padded.decode(text) == nil) }

    @Test func allBytesComeBack() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count &* 11) }
            for form in [StrictBase64.url, .padded, .unpadded, .dotted] {
                #expect(form.decode(form.encode(bytes)) == bytes)
            }
        }
    }
}
