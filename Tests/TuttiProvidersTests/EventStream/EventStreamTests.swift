import Testing
import TuttiModels

@testable import TuttiProviders

/// Messages of Amazon's event streams.
@Suite struct EventStreamTests {
    /// 148 bytes as botocore reads them.
    static let golden = bytes(
        "0000009400000057b4ab9aee0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e74"
            + "2d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74"
            + "656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a226869227d7dde556953")
    static let delta = #"{"contentBlockIndex":0,"delta":{"text":"hi"}}"#

    static func bytes(_ digits: String) -> [UInt8] {
        let digits = Array(digits)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    private func read(_ bytes: [UInt8]) throws(EventStreamError) -> EventStreamMessage? {
        var parser = EventStreamParser()
        parser.push(bytes)
        return try parser.next()
    }

    @Test func theGoldenMessage() throws {
        #expect(Self.golden.count == 148)
        let message = try #require(try read(Self.golden))
        #expect(
            message.headers == [
                .init(name: ":event-type", value: .text("contentBlockDelta")),
                .init(name: ":content-type", value: .text("application/json")),
                .init(name: ":message-type", value: .text("event")),
            ])
        #expect(String(decoding: message.payload, as: UTF8.self) == Self.delta)
        #expect(try StreamEvent(message) == StreamEvent(name: "contentBlockDelta", data: Self.delta))
        #expect(EventStreamWriter.event("contentBlockDelta", Self.delta) == Self.golden)
    }

    @Test func theChecksumIsThatOfZlib() {
        #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
    }

    @Test func everyFlippedBitIsNoticed() throws {
        for place in Self.golden.indices {
            for bit in 0..<8 {
                var bytes = Self.golden
                bytes[place] ^= 1 << bit
                let error = #expect(throws: EventStreamError.self) { try read(bytes) }
                #expect(error == .checksum, "byte \(place), bit \(bit)")
            }
        }
    }

    @Test func everySplitGivesTheSameMessages() throws {
        let whole = Self.golden + EventStreamWriter.event("messageStop", #"{"stopReason":"end_turn"}"#) + Self.golden
        for cut in whole.indices {
            var parser = EventStreamParser()
            var names: [String?] = []
            for part in [whole[..<cut], whole[cut...]] {
                parser.push(Array(part))
                while let message = try parser.next() { names.append(message.text(":event-type")) }
            }
            #expect(names == ["contentBlockDelta", "messageStop", "contentBlockDelta"])
            #expect(!parser.isInsideMessage)
        }
        for count in 1..<Self.golden.count { #expect(try read(Array(Self.golden.prefix(count))) == nil) }
    }

    @Test func everyTypeOfHeader() throws {
        let values: [(UInt8, [UInt8], EventStreamMessage.Value)] = [
            (0, [], .flag(true)), (1, [], .flag(false)), (2, [0xFE], .byte(-2)), (3, [0xFF, 0x01], .short(-255)),
            (4, [0x80, 0, 0, 1], .integer(.min + 1)), (5, [0, 0, 0, 1, 0, 0, 0, 2], .long(1 << 32 + 2)),
            (6, [0, 2, 9, 8], .bytes([9, 8])), (7, [0, 3, 0x61, 0xC3, 0xA4], .text("aä")),
            (8, [0, 0, 1, 0x8C, 0xC2, 0x51, 0xF4, 0], .moment(1_704_067_200_000)),
            (9, Array(0..<16), .uuid(Array(0..<16))),
        ]
        let bytes: [UInt8] = values.reduce(into: []) { $0 += [1, 0x61 + $1.0, $1.0] + $1.1 }
        let message = try #require(try read(EventStreamWriter.message(headers: bytes, payload: [])))
        #expect(message.headers.map(\.value) == values.map(\.2))
        #expect(message.headers.map(\.name) == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])
        // Cut anywhere but between two of them, they are none.
        var ends = [0]
        for (_, value, _) in values { ends.append((ends.last ?? 0) + 3 + value.count) }
        for count in bytes.indices where !ends.contains(count) {
            let cut = EventStreamWriter.message(headers: Array(bytes.prefix(count)), payload: [])
            #expect(throws: EventStreamError.header) { try read(cut) }
        }
    }

    @Test(arguments: [[1, 0x61, 10], [0, 7, 0, 0], [1, 0x61, 7, 0, 1, 0xFF], [1, 0xFF, 0]])
    func headersThatAreNone(_ headers: [UInt8]) {
        #expect(throws: EventStreamError.header) { try read(EventStreamWriter.message(headers: headers, payload: [])) }
    }

    @Test func lengthsThatLie() {
        let number = EventStreamWriter.number
        func error(_ whole: Int, _ headers: Int) -> EventStreamError? {
            #expect(throws: EventStreamError.self) {
                try read(EventStreamWriter.framed(number(whole), number(headers), []))
            }
        }
        #expect(error(0, 0) == .length)
        #expect(error(15, 0) == .length)
        #expect(error(100, 85) == .length)
        #expect(error(0xFFFF_FFFF, 0)?.sizeMax == 24 << 20)
        #expect(error(0xFFFF_FFFF, 0xFFFF_FFFF)?.sizeMax == 128 << 10)
        #expect(error(200 << 10, (128 << 10) + 1)?.sizeMax == 128 << 10)
        #expect(error((24 << 20) + 17, 0)?.sizeMax == 24 << 20)
    }

    @Test(arguments: 0..<8)
    func bytesOfAnySortAreReadOrRefused(seed: UInt64) {
        var random = SeededBytes(seed: seed)
        var refused = 0
        for _ in 0..<200 {
            // Headers that make no sense, in frames that do.
            let headers = random.bytes(Int(random.next() % 64))
            var parser = EventStreamParser()
            parser.push(EventStreamWriter.message(headers: headers, payload: random.bytes(8)) + random.bytes(40))
            do throws(EventStreamError) {
                while let message = try parser.next() { #expect(message.payload.count == 8) }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    @Test func aBoundOfOnesOwn() {
        var parser = EventStreamParser(payloadSizeMax: 44)
        parser.push(Self.golden)
        #expect(throws: EventStreamError(problem: "a message is too long", sizeMax: 44)) { try parser.next() }
    }

    @Test func failuresAreTold() throws {
        func event(_ bytes: [UInt8]) throws -> StreamEvent { try StreamEvent(try #require(try read(bytes))) }
        let thrown = try event(EventStreamWriter.exception("throttlingException", #"{"message":"slow"}"#))
        #expect(thrown == StreamEvent(name: "throttlingException", data: #"{"message":"slow"}"#, isFailure: true))
        let low = try event(
            EventStreamWriter.message(
                [(":message-type", "error"), (":error-code", "InternalError"), (":error-message", "a \"b\"")], ""))
        #expect(low == StreamEvent(name: "InternalError", data: #"{"message":"a \"b\""}"#, isFailure: true))
        #expect(throws: EventStreamError.self) { try event(EventStreamWriter.message([(":message-type", "x")], "")) }
        #expect(throws: EventStreamError.self) { try event(EventStreamWriter.message([], "{}")) }
    }
}

/// Bytes that follow from a seed.
private struct SeededBytes {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
