import FoundationEssentials
import Synchronization
import TestServer
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Requests and answers that are handed on as they are.
@Suite struct RelayTests {
    /// Streams of each dialect, with what a client of ours has never heard of.
    struct Stream: Sendable, CustomTestStringConvertible {
        let dialect: any ModelDialect
        /// What says nothing yet, what says something, and the end.
        let opening: String
        let middle: String
        let end: String
        let usage: ModelUsage
        /// Tells of a failure in a stream.
        let failure: String

        var testDescription: String { dialect.name }
        var all: String { opening + middle + end }
    }

    static let streams = [
        Stream(
            dialect: ChatDialect(.openAI, key: SecretText(Samples.key)),
            opening: ": alive\n\n"
                + "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}],\"x\":1}\n\n",
            middle:
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"H\u{eb}llo\",\"novel\":[1.50,{}]}}]}\n\n",
            end: Samples.chatStop + Samples.chatUsage + "data: [DONE]\n\n",
            usage: ModelUsage(uncachedInput: 9, output: 2),
            failure: "data: {\"error\":{\"message\":\"boom\",\"code\":\"server_is_overloaded\"}}\n\n"),
        Stream(
            dialect: AnthropicDialect(key: SecretText(Samples.key)),
            opening: "event: message_start\r\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
                + "{\"input_tokens\":9,\"output_tokens\":1}}}\r\n\r\nevent: ping\r\ndata: {\"type\": \"ping\"}\r\n\r\n",
            middle: "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"novel\":1}\n\n"
                + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0}\n\n",
            end: "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":2}}\n\n"
                + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            usage: ModelUsage(uncachedInput: 9, output: 2),
            failure: "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                + "\"message\":\"boom\"}}\n\n"),
        Stream(
            dialect: ResponsesDialect(.openAI, key: SecretText(Samples.key)),
            opening: "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{}}\n\n",
            middle: "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\"}\n\n",
            end: "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                + "{\"usage\":{\"input_tokens\":9,\"output_tokens\":2}}}\n\n",
            usage: ModelUsage(uncachedInput: 9, output: 2),
            failure:
                "event: error\ndata: {\"type\":\"error\",\"code\":\"server_is_overloaded\",\"message\":\"boom\"}\n\n"),
    ]

    private static let call = RelayedCall(
        model: "m", body: Array(#"{"model":"m","novel":[1.50,{}]}"#.utf8), isStreaming: true)

    private final class Out: Sendable {
        private let pieces = Mutex<[[UInt8]]>([])
        func take(_ bytes: [UInt8]) { pieces.withLock { $0.append(bytes) } }
        var count: Int { pieces.withLock { $0.count } }
        var text: String { String(decoding: pieces.withLock { $0.flatMap { $0 } }, as: UTF8.self) }
    }

    @Test(arguments: streams) func everyByteGoesThrough(stream: Stream) async throws {
        let host = ModelHost { _, connection in connection.stream(stream.all) }
        let out = Out()
        let answer = try await host.provider(stream.dialect).relay(Self.call) { out.take($0) }
        #expect(out.text == stream.all)
        #expect(answer == RelayedAnswer(usage: stream.usage))
        #expect(host.asked.first?.bodyText == #"{"model":"m","novel":[1.50,{}]}"#)
        #expect(host.asked.first?.headers.values.contains { $0.contains(Samples.key) } == true)
    }

    /// JSON may write any letter of a name as an escape, also in the event that a stream begins with.
    @Test func aFirstEventMayHaveNamesWithEscapes() async throws {
        let stream = Self.streams[0]
        let all = stream.middle.replacing("\"choices\"", with: "\"\\u0063hoices\"") + stream.end
        let host = ModelHost { _, connection in connection.stream(all) }
        let out = Out()
        let answer = try await host.provider(stream.dialect).relay(Self.call) { out.take($0) }
        #expect(out.text == all && all.contains("u0063") && answer.usage == stream.usage)
    }

    /// Cut behind any byte, a stream is either whole or an error; what was told are whole events.
    @Test(arguments: streams) func aCutIsNeverAnEnd(stream: Stream) async throws {
        let bytes = Array(stream.all.utf8)
        let last = stream.all.utf8.count - 2  // without its empty line the last event is whole
        for length in Swift.stride(from: 0, to: last, by: 3) {
            let host = ModelHost { _, connection in
                connection.startStream()
                connection.chunk(String(decoding: bytes.prefix(length), as: UTF8.self))
                connection.endStream()
            }
            let out = Out()
            let error = await #expect(throws: ModelError.self) {
                try await host.provider(stream.dialect).relay(Self.call) { out.take($0) }
            }
            #expect(error?.kind == .cutOff)
            #expect(error?.hasContent == (out.count > 0))
            #expect(stream.all.hasPrefix(out.text))
            #expect(out.text.isEmpty || out.text.hasSuffix("\n\n"))
        }
    }

    /// What says nothing yet does not commit to this provider: a failure behind it can go elsewhere.
    @Test(arguments: streams) func aFailureBeforeContentIsAnErrorOfTheCall(stream: Stream) async throws {
        let host = ModelHost { _, connection in connection.stream(stream.opening + stream.failure) }
        let out = Out()
        let error = await #expect(throws: ModelError.self) {
            try await host.provider(stream.dialect).relay(Self.call) { out.take($0) }
        }
        #expect(error?.kind == .overloaded && error?.hasContent == false)
        #expect(out.count == 0)
    }

    /// Behind content the provider's own event has told the client.
    @Test(arguments: streams) func aFailureBehindContentIsHandedOn(stream: Stream) async throws {
        let told = stream.opening + stream.middle + stream.failure
        let host = ModelHost { _, connection in connection.stream(told) }
        let out = Out()
        let answer = try await host.provider(stream.dialect).relay(Self.call) { out.take($0) }
        #expect(answer.failure?.kind == .overloaded)
        #expect(out.text == told)
    }

    /// A client that has not asked for the tokens does not get their chunk; they are counted all the same.
    @Test func tokensThatNobodyAskedForAreCounted() async throws {
        let stream = Self.streams[0]
        let host = ModelHost { _, connection in connection.stream(stream.all) }
        let out = Out()
        var call = Self.call
        call.tellsUsage = false
        let answer = try await host.provider(stream.dialect).relay(call) { out.take($0) }
        #expect(answer.usage == stream.usage)
        #expect(out.text == stream.all.replacing(Samples.chatUsage, with: ""))
    }

    @Test func aWholeAnswerGoesThrough() async throws {
        let body = #"{"choices":[{"novel":1.50}],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#
        let host = ModelHost { _, connection in connection.answer(body) }
        let out = Out()
        var call = Self.call
        call.isStreaming = false
        let answer = try await host.provider().relay(call) { out.take($0) }
        #expect(out.text == body)
        #expect(answer.usage == ModelUsage(uncachedInput: 9, output: 2))
    }

    @Test func aStatusOfFailureIsAnError() async throws {
        let host = ModelHost { _, connection in
            connection.answer(#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#, status: 429)
        }
        let error = await #expect(throws: ModelError.self) {
            try await host.provider().relay(Self.call) { _ in }
        }
        #expect(error?.kind == .rateLimited && error?.classification == .retry)
    }
}
