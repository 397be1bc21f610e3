import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

/// A generator whose numbers follow from a seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Breaks JSON and streams of it in the ways in which providers do, and in others.
struct Mutator {
    var random: SeededGenerator

    static let words: [JSONValue] = [
        .null, true, 0, -1, 9_223_372_036_854_775_807, .double(1e308), .double(-0.5), "", "x", "error", [], [:],
        ["error": ["code": 9_223_372_036_854_775_807]], [[], [[]]], "[DONE]", "\u{0}", "18446744073709551616",
    ]

    mutating func change(_ value: JSONValue) -> JSONValue {
        if Int.random(in: 0..<6, using: &random) == 0 { return Self.words.randomElement(using: &random) ?? .null }
        switch value {
        case .array(var items):
            guard let place = items.indices.randomElement(using: &random) else { return [.null] }
            items[place] = change(items[place])
            if Bool.random(using: &random) { items.append(items[place]) }
            return .array(items)
        case .object(var members):
            guard let name = members.keys.sorted().randomElement(using: &random) else { return ["index": -7] }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: members[name] = nil
            case 1: members[name + "x"] = members.removeValue(forKey: name)
            default: members[name] = members[name].map { change($0) }
            }
            return .object(members)
        default: return Self.words.randomElement(using: &random) ?? .null
        }
    }

    mutating func change(bytes text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(Array("{}[]\",:\\9".utf8).randomElement(using: &random) ?? 0, at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func change(_ event: StreamEvent) -> StreamEvent {
        var event = event
        if Int.random(in: 0..<8, using: &random) == 0 {
            event.name = ["error", "ping", nil, "x"].randomElement(using: &random) ?? nil
        }
        if Bool.random(using: &random), let value = try? Conversation.value(event.data),
            let bytes = try? CanonicalJSON.encode(change(value))
        {
            event.data = String(decoding: bytes, as: UTF8.self)
        } else {
            event.data = change(bytes: event.data)
        }
        return event
    }

    mutating func change(_ pieces: [StreamEvent]) -> [StreamEvent] {
        var pieces = pieces
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard let place = pieces.indices.randomElement(using: &random) else { break }
            switch Int.random(in: 0..<6, using: &random) {
            case 0: pieces.remove(at: place)
            case 1: pieces.insert(pieces[place], at: pieces.indices.randomElement(using: &random) ?? 0)
            case 2: pieces.swapAt(place, pieces.indices.randomElement(using: &random) ?? 0)
            default: pieces[place] = change(pieces[place])
            }
        }
        return pieces
    }
}

@Suite("Broken answers of every dialect")
struct StreamFuzzTests {
    @Test(arguments: GoldenStreams.all, 0..<4)
    func streamsEndOrFailButNeverTrap(sample: GoldenStreams.Sample, seed: UInt64) {
        var mutator = Mutator(random: SeededGenerator(seed: seed))
        for _ in 0..<100 {
            let pieces = mutator.change(sample.pieces)
            let played = Played(sample.dialect, pieces)
            let ends = played.events.indices.filter { if case .finished = played.events[$0] { true } else { false } }
            // Either an end, which is the last event and the only one of its kind, or an error.
            #expect((played.error == nil) == (ends == [played.events.count - 1]))
            #expect((played.error == nil) == (played.response != nil))
            #expect(played.error?.message.contains(Conversation.key.revealed) != true)
            for case .usage(let usage) in played.events {
                #expect(usage.total >= 0 && usage.uncachedInput >= 0)
            }
            // Calls begin once, in order, before their pieces.
            var begun = 0
            for case .toolCall(let delta) in played.events {
                if delta.start != nil {
                    #expect(delta.index == begun)
                    begun += 1
                } else {
                    #expect(delta.index < begun)
                }
            }
        }
    }

    @Test(arguments: GoldenStreams.all, 0..<4)
    func bodiesAreReadOrRefusedButNeverTrap(sample: GoldenStreams.Sample, seed: UInt64) throws {
        var mutator = Mutator(random: SeededGenerator(seed: 1000 + seed))
        let bodies = [
            #"{"choices":[{"index":0,"message":{"content":"x","tool_calls":[{"id":"a","#
                + #""function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}],"#
                + #""usage":{"prompt_tokens":3,"cost":0.1,"prompt_tokens_details":{"cached_tokens":5}}}"#,
            #"{"type":"message","content":[{"type":"thinking","thinking":"a","signature":"b"},"#
                + #"{"type":"tool_use","id":"i","name":"n","input":{}}],"stop_reason":"end_turn","#
                + #""usage":{"input_tokens":1}}"#,
            #"{"candidates":[{"content":{"parts":[{"text":"a","thoughtSignature":"s"},"#
                + #"{"functionCall":{"name":"f","args":{}}}]},"finishReason":"STOP"}],"#
                + #""usageMetadata":{"promptTokenCount":1}}"#,
            #"{"object":"response","status":"completed","output":[{"type":"reasoning","summary":[{"text":"a"}],"#
                + #""encrypted_content":"s"},{"type":"message","content":[{"type":"output_text","text":"x"}]},"#
                + #"{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}],"#
                + #""usage":{"input_tokens":3,"output_tokens":1}}"#,
            #"{"output":{"message":{"content":[{"text":"a"},{"reasoningContent":{"reasoningText":{"text":"a","#
                + #""signature":"b"}}},{"toolUse":{"toolUseId":"i","name":"n","input":{}}}]}},"stopReason":"tool_use","#
                + #""usage":{"inputTokens":1}}"#,
            #"{"error":{"code":429,"type":"rate_limit_error","message":"m","#
                + #""status":"RESOURCE_EXHAUSTED","details":[{"@type":"RetryInfo","retryDelay":"17s"}]}}"#,
        ]
        for round in 0..<200 {
            let text = bodies[round % bodies.count]
            let changed =
                round % 3 == 0
                ? Data(mutator.change(bytes: text).utf8)
                : try CanonicalJSON.encode(mutator.change(try Conversation.value(text)))
            do throws(ModelError) {
                let response = try sample.dialect.decode(changed, for: Conversation.plain)
                let next = ModelRequest(model: "m", messages: [.user("a"), response.message])
                _ = try? sample.dialect.encode(next, isStreaming: true)
                #expect((response.usage?.total ?? 0) >= 0)
            } catch {
                #expect(!error.message.isEmpty)
            }
            let status = Int.random(in: -1...700, using: &mutator.random)
            let error = sample.dialect.error(
                status: status, headers: WireHeaders(), body: changed, now: Timestamp(milliseconds: .max))
            #expect(!error.code.isEmpty)
        }
    }
}
