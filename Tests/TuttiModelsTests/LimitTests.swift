import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@Suite("Limits that are not for callers to set")
struct LimitTests {
    private let megabyte = String(repeating: "x", count: 1 << 20)

    @Test func whatAProviderWantsBackOfThoughts() {
        let piece = StreamEvent(data: #"{"choices":[{"delta":{"reasoning_details":[{"data":"\#(megabyte)"}]}}]}"#)
        let error = Played(ChatDialect(.openRouter), Array(repeating: piece, count: 10)).error
        #expect(error?.kind == .answerTooLarge && error?.message.contains("bytes of reasoning_details") == true)
        // Nobody else wants any of it back.
        #expect(Played(ChatDialect(.openAI), Array(repeating: piece, count: 10)).error?.kind == .cutOff)
    }

    @Test func aSignature() {
        let start = #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#
        let delta = #"{"type":"signature_delta","signature":"\#(megabyte)"}"#
        let more = #"{"type":"content_block_delta","index":0,"delta":\#(delta)}"#
        func error(_ pieces: [String]) -> ModelError? {
            Played(AnthropicDialect(), pieces.map { StreamEvent(data: $0) }).error
        }
        #expect(error([start, more])?.kind == .cutOff)
        #expect(error([start, more, more])?.message.contains("1048576 bytes in a signature") == true)
    }

    @Test func blocks() {
        let pieces = (0...10_000).map { index in
            let block = #"{"type":"text","text":""}"#
            return StreamEvent(data: #"{"type":"content_block_start","index":\#(index),"content_block":\#(block)}"#)
        }
        #expect(Played(AnthropicDialect(), pieces.dropLast()).error?.kind == .cutOff)
        #expect(Played(AnthropicDialect(), pieces).error?.message.contains("10000 blocks") == true)
    }

    @Test func theBodyOfAFailure() {
        func error(_ size: Int) -> ModelError {
            let head = #"{"error":{"code":"insufficient_quota","message":""#
            let padding = String(repeating: "x", count: size - head.utf8.count - 3)
            return ChatDialect(.openAI).error(429, head + padding + #""}}"#)
        }
        #expect(error(ProviderFailure.bodyBytesMax).kind == .quotaExhausted)
        #expect(error(ProviderFailure.bodyBytesMax).providerMessage?.revealed.count == ProviderFailure.messageMax)
        #expect(error(ProviderFailure.bodyBytesMax + 1).kind == .rateLimited)
    }

    @Test func listsOfPrices() {
        let many = "[" + String(repeating: "1,", count: PriceTable.pricesMax) + "1]"
        let error = #expect(throws: PriceTableError.self) { try PriceTable.read(Data(many.utf8)) }
        #expect(error?.message.contains("more than 100000 entries") == true)
        let large = #expect(throws: PriceTableError.self) {
            try PriceTable.read(Data(repeating: 0x20, count: PriceTable.bytesMax + 1))
        }
        #expect(large?.message.contains("more than 16777216 bytes") == true)
    }

    @Test func cassettes() throws {
        let head = #"{"format":"tutti-cassette","version":1}"# + "\n"
        let call = #"{"request":{},"answer":{"content":[]}}"# + "\n"
        let full = try Cassette(Data((head + String(repeating: call, count: Cassette.callsMax)).utf8))
        #expect(full.count == Cassette.callsMax)
        let error = #expect(throws: CassetteError.self) {
            var one = full
            try one.record(Conversation.plain, ModelResponse(content: []), hiding: [])
        }
        #expect(error?.message == "the cassette has more than 10000 calls; use several")
        let large = #expect(throws: CassetteError.self) {
            try Cassette(Data(repeating: 0x20, count: Cassette.bytesMax + 1))
        }
        #expect(large?.message == "the cassette has more than 67108864 bytes; use several")
    }

    @Test func nestedJSON() {
        func error(_ depth: Int) -> ModelError? {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let end = GoldenStreams.chat.suffix(3)
            return Played(ChatDialect(.openAI), [StreamEvent(data: #"{"x":\#(nested)}"#)] + end).error
        }
        #expect(error(127) == nil)
        #expect(error(128)?.kind == .malformed)
        // Brackets inside of texts are no nesting.
        let text = StreamEvent(
            data: #"{"choices":[{"delta":{"content":"\#(String(repeating: "[\\\"", count: 500))"}}]}"#)
        #expect(Played(ChatDialect(.openAI), [text] + GoldenStreams.chat.suffix(3)).response?.text.count == 1000)
    }
}
