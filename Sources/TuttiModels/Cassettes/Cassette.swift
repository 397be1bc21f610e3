public import FoundationEssentials
public import TuttiCore

/// Recorded calls of models: what was asked and what was answered, so that it can be played again without a model.
///
/// A cassette is a text file of JSON lines. The first says what it is, each other one holds a call:
///
/// ```
/// {"format": "tutti-cassette", "version": 1}
/// {"request": {"model": "m", "messages": […]}, "answer": {"content": [{"text": "hello"}]}}
/// ```
///
/// A call is found by its request, wherever it stands; what differs between two runs of one program is left out of
/// requests (`user`, `metadata`, the idempotency token, and what providers want back unchanged). Of several calls with
/// one request the first answers the first time, the second the second time, and the last from then on.
public struct Cassette: Sendable, Hashable {
    /// A recorded call.
    struct Call: Sendable, Hashable {
        /// The line in the file, counted from 1.
        let line: Int
        let request: JSONValue
        let answer: ModelResponse
    }

    /// Bytes of a file.
    public static let bytesMax = 64 << 20
    /// Calls of a file.
    public static let callsMax = 10_000

    private(set) var calls: [Call] = []
    private var byKey: [String: [Int]] = [:]

    /// A cassette without calls.
    public init() {}

    /// How many calls it holds.
    public var count: Int { calls.count }

    /// Adds a call, without secrets.
    ///
    /// - Parameter secrets: texts that must not be stored; `[secret]` takes their place, also where one is spread over
    ///   several pieces of a streamed text.
    /// - Throws: ``CassetteError`` when the cassette is full, or a value cannot be written as JSON.
    public mutating func record(
        _ request: ModelRequest, _ answer: ModelResponse, hiding secrets: [SecretText]
    ) throws(CassetteError) {
        try add(try call(request, answer, hiding: secrets))
    }

    /// Adds a call, without secrets, and gives the line that it is in the file.
    ///
    /// - Throws: as ``record(_:_:hiding:)``.
    package mutating func line(
        recording request: ModelRequest, _ answer: ModelResponse, hiding secrets: [SecretText]
    ) throws(CassetteError) -> Data {
        let call = try call(request, answer, hiding: secrets)
        try add(call)
        return try Self.line(call)
    }

    private func call(
        _ request: ModelRequest, _ answer: ModelResponse, hiding secrets: [SecretText]
    ) throws(CassetteError) -> Call {
        let hidden = CassetteKey.hide(secrets, in: CassetteKey.withoutSeals(try CassetteKey.json(answer)))
        guard let bytes = try? CanonicalJSON.encode(hidden),
            let answer = try? CanonicalJSON.decode(ModelResponse.self, from: bytes)
        else { throw CassetteError("the answer cannot be written as JSON") }
        return Call(
            line: calls.count + 2, request: try CassetteKey.request(request, hiding: secrets), answer: answer)
    }

    /// The models that are asked in its calls, in the order of the alphabet.
    public var models: [String] { Set(calls.compactMap { $0.request["model"]?.stringValue }).sorted() }

    func holds(_ key: String) -> Bool { byKey[key] != nil }

    private mutating func add(_ call: Call) throws(CassetteError) {
        guard calls.count < Self.callsMax else {
            throw CassetteError("the cassette has more than \(Self.callsMax) calls; use several")
        }
        byKey[CassetteKey.digest(call.request), default: []].append(calls.count)
        calls.append(call)
    }

    /// The answer to a call.
    ///
    /// - Parameters:
    ///   - time: which time the same is asked, counted from 1.
    ///   - secrets: those that were hidden while recording.
    /// - Throws: ``CassetteMiss``, which shows what was asked and the nearest call that there is; ``CassetteError`` for
    ///   a request that JSON cannot write.
    public func answer(
        to request: ModelRequest, time: Int = 1, hiding secrets: [SecretText] = []
    ) throws -> ModelResponse {
        let asked = try CassetteKey.request(request, hiding: secrets)
        guard let places = byKey[CassetteKey.digest(asked)], !places.isEmpty else {
            throw CassetteMiss(asked: asked, among: calls)
        }
        return calls[places[min(max(1, time), places.count) - 1]].answer
    }
}

extension Cassette {
    private struct Head: Codable {
        var format = "tutti-cassette"
        var version = 1
    }

    private struct Line: Codable {
        var request: JSONValue
        var answer: ModelResponse
    }

    /// The file.
    ///
    /// - Throws: ``CassetteError`` when it would be larger than ``bytesMax``, or a value cannot be written as JSON.
    public func bytes() throws(CassetteError) -> Data {
        do {
            var bytes = try CanonicalJSON.encode(Head())
            bytes.append(UInt8(ascii: "\n"))
            for call in calls {
                bytes.append(try Self.line(call))
                guard bytes.count <= Self.bytesMax else {
                    throw CassetteError("the cassette has more than \(Self.bytesMax) bytes; use several")
                }
            }
            return bytes
        } catch let error as CassetteError {
            throw error
        } catch {
            throw CassetteError("a call cannot be written as JSON")
        }
    }

    private static func line(_ call: Call) throws(CassetteError) -> Data {
        guard var bytes = try? CanonicalJSON.encode(Line(request: call.request, answer: call.answer)) else {
            throw CassetteError("a call cannot be written as JSON")
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Reads a file. Empty lines are skipped.
    ///
    /// - Throws: ``CassetteError`` that names the line, the rule and the way out.
    public init(_ bytes: Data) throws(CassetteError) {
        self.init()
        guard bytes.count <= Self.bytesMax else {
            throw CassetteError("the cassette has more than \(Self.bytesMax) bytes; use several")
        }
        var hasHead = false
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > UInt8(ascii: " ") }) else { continue }
            guard hasHead else {
                try Self.checkHead(Data(line), line: index + 1)
                hasHead = true
                continue
            }
            try add(try Self.call(Data(line), line: index + 1))
        }
        guard hasHead else { throw CassetteError("the cassette is empty; its first line says what it is") }
    }

    private static func checkHead(_ bytes: Data, line: Int) throws(CassetteError) {
        let value = (try? WireJSON.read(bytes)) ?? .null
        guard value["format"]?.stringValue == Head().format else {
            throw CassetteError("line \(line): this is no cassette; one begins with {\"format\": \"tutti-cassette\"}")
        }
        guard value["version"]?.intValue == Int64(Head().version) else {
            throw CassetteError("line \(line): the cassette has a version that is not known here; this reads version 1")
        }
    }

    private static func call(_ bytes: Data, line: Int) throws(CassetteError) -> Call {
        guard let value = try? WireJSON.read(bytes), case .object = value else {
            throw CassetteError("line \(line): it is no JSON object; each line is one, without line ends inside")
        }
        guard let request = value["request"], case .object = request else {
            throw CassetteError("line \(line): 'request' is missing; it takes what is asked")
        }
        guard let answer = value["answer"], case .object = answer else {
            throw CassetteError("line \(line): 'answer' is missing; it takes what is answered")
        }
        do {
            let response = try CanonicalJSON.decode(ModelResponse.self, from: try CanonicalJSON.encode(answer))
            return Call(line: line, request: CassetteKey.normal(request), answer: response)
        } catch {
            throw CassetteError(
                "line \(line): 'answer' cannot be read; it takes 'content', a list of parts such as "
                    + "{\"text\": \"…\"}, and may have 'usage' and 'finish'")
        }
    }
}

/// A cassette cannot be read or written.
public struct CassetteError: CodedError, Hashable, CustomStringConvertible {
    /// What is wrong, where, and the way out.
    public var message: String

    package init(_ message: String) { self.message = message }

    /// `bad_cassette`
    public var code: String { "bad_cassette" }
    /// Never: the cassette has to change.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }
}
