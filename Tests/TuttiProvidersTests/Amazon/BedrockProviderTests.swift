import FoundationEssentials
import TestServer
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Amazon Bedrock as a directory reaches it.
@Suite struct BedrockProviderTests {
    static let stream =
        EventStreamWriter.event("messageStart", #"{"role":"assistant"}"#)
        + EventStreamWriter.event("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"Hel"}}"#)
        + EventStreamWriter.event("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"lo"},"p":"ab"}"#)
        + EventStreamWriter.event("contentBlockStop", #"{"contentBlockIndex":0}"#)
        + EventStreamWriter.event("messageStop", #"{"stopReason":"end_turn"}"#)
        + EventStreamWriter.event("metadata", #"{"usage":{"inputTokens":9,"outputTokens":2},"metrics":{}}"#)
    private static let hello = ModelResponse(
        content: [.text("Hello")], usage: ModelUsage(uncachedInput: 9, output: 2), finish: .stop,
        nativeFinish: "end_turn")

    private func host(_ status: @escaping @Sendable (AskedRequest) -> Int = { _ in 200 }) -> ModelHost {
        ModelHost { asked, connection in
            let status = status(asked)
            guard status == 200 else {
                return connection.answer(
                    #"{"message":"planted"}"#, status: status,
                    headers: ["x-amzn-ErrorType: ExpiredTokenException:http://x", "x-amzn-RequestId: r-1"])
            }
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n"
                    + "Content-Length: \(Self.stream.count)\r\n\r\n")
            connection.send(Self.stream)
        }
    }

    private func directory(
        _ host: ModelHost?, key: String? = nil, region: String? = "eu-central-1", _ variables: [String: String] = [:],
        clock: TestClock = TestClock()
    ) -> ModelDirectory {
        var settings = ProviderSettings(
            environment: ["AWS_EC2_METADATA_DISABLED": "true"].merging(variables) { $1 })
        var server = ProviderSettings.Server(url: host?.url, key: key.map { SecretText($0) })
        server.region = region
        settings = settings.overridden(by: ["bedrock": server])
        settings.timeouts = Samples.patience
        return ModelDirectory(settings, clock: clock)
    }

    private func refusal(_ directory: ModelDirectory) -> ModelDirectoryError? {
        #expect(throws: ModelDirectoryError.self) { try directory.resolve("bedrock/m") }
    }

    // MARK: Streams

    private func read(
        _ pieces: [[UInt8]], _ ending: AnswerReader.Ending = .closed
    ) throws(ModelError) -> (events: [ModelEvent], failure: ModelError?) {
        var reader = AnswerReader(BedrockDialect(), Samples.request, ModelLimits())
        var events: [ModelEvent] = []
        for piece in pieces {
            events += try reader.take(piece)
            if let failure = reader.failure { return (events, failure) }
        }
        events += try reader.end(ending)
        return (events, reader.failure)
    }

    @Test func everySplitOfAStream() throws {
        let whole = try read([Self.stream])
        #expect(
            whole.events == Self.hello.events.flatMap { $0 == .text("Hello") ? [.text("Hel"), .text("lo")] : [$0] })
        for cut in 1..<Self.stream.count {
            #expect(try read([Array(Self.stream[..<cut]), Array(Self.stream[cut...])]).events == whole.events)
        }
        #expect(try read(Self.stream.map { [$0] }).events == whole.events)
    }

    @Test(arguments: [AnswerReader.Ending.closed, .broken])
    func everyCutIsNoticed(_ ending: AnswerReader.Ending) throws {
        for cut in 0..<Self.stream.count {
            let read = try read([Array(Self.stream[..<cut])], ending)
            #expect(read.failure?.kind == .cutOff, "after \(cut) bytes")
            #expect(!read.events.contains { if case .finished = $0 { true } else { false } })
        }
    }

    @Test func everyBrokenByteIsNoticed() throws {
        for place in Self.stream.indices {
            var bytes = Self.stream
            bytes[place] ^= 0x10
            let error: ModelError?
            do throws(ModelError) {
                error = try read([bytes]).failure
            } catch {
                #expect(error.kind == .malformed)
                continue
            }
            #expect(error?.kind == .malformed, "byte \(place)")
        }
    }

    @Test func anExceptionComesBehindWhatWasToldBefore() throws {
        let failing =
            Array(Self.stream.prefix(Self.stream.count / 2))
        #expect(try read([failing]).failure?.kind == .cutOff)
        let pieces =
            EventStreamWriter.event("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"Hel"}}"#)
            + EventStreamWriter.exception("modelStreamErrorException", #"{"message":"planted"}"#) + Self.stream
        let read = try read([pieces])
        #expect(read.events == [.text("Hel")])
        #expect(read.failure?.status == 424 && read.failure?.classification == .retryElsewhere)
        #expect(read.failure?.hasContent == true && read.failure?.message.contains("planted") == false)
    }

    @Test func aWholeAnswerIsUnderstood() throws {
        let whole =
            #"{"output":{"message":{"content":[{"text":"Hello"}]}},"stopReason":"end_turn","#
            + #""usage":{"inputTokens":9,"outputTokens":2}}"#
        #expect(try read([Array(whole.utf8)]).events == Self.hello.events)
        #expect(throws: ModelError.self) { try read([Array("<html>".utf8)]) }
    }

    @Test func aMessageHasALimit() throws {
        var reader = AnswerReader(BedrockDialect(), Samples.request, ModelLimits(eventBytesMax: 30))
        _ = try reader.take(Self.stream)
        #expect(reader.failure?.kind == .answerTooLarge)
    }

    // MARK: Keys

    @Test func anAPIKeyGoesAlongAsItIs() async throws {
        let host = host()
        let (provider, model) = try directory(host, key: "planted-key").resolve("bedrock/us.amazon.nova-lite-v1:0")
        var request = Samples.request
        request.model = model
        #expect(try await provider.answer(request) == Self.hello)
        let asked = try #require(host.asked.first)
        #expect(asked.line == "POST /model/us.amazon.nova-lite-v1%3A0/converse-stream HTTP/1.1")
        #expect(asked.headers["authorization"] == "Bearer planted-key")
        #expect(asked.headers["accept"] == "application/vnd.amazon.eventstream, application/json")
        #expect(asked.headers["x-amz-date"] == nil)
        let byVariable = directory(host, ["AWS_BEARER_TOKEN_BEDROCK": "other-key"])
        _ = try await byVariable.resolve("bedrock/m").provider.answer()
        #expect(host.asked.last?.headers["authorization"] == "Bearer other-key")
    }

    @Test func aKeyOfTwoOrThreePartsSigns() async throws {
        let host = host()
        _ = try await directory(host, key: "AKID:planted/secret:planted-token").resolve("bedrock/m").provider.answer()
        let asked = try #require(host.asked.first)
        let signature = try #require(asked.headers["authorization"])
        #expect(
            signature.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-central-1/bedrock/aws4_request, "
                    + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="))
        #expect(asked.headers["x-amz-date"] == "20260102T030405Z")
        #expect(asked.headers["x-amz-security-token"] == "planted-token")
        // A key that comes with the request counts before that of the settings.
        let directory = directory(host, key: "planted-key")
        _ = try await directory.resolve("bedrock/m", key: SecretText("AKID2:planted")).provider.answer()
        #expect(host.asked.last?.headers["authorization"]?.contains("Credential=AKID2/") == true)
        #expect(host.asked.last?.headers["x-amz-security-token"] == nil)
    }

    @Test(arguments: [":planted", "planted:", "planted::t", "planted:b:c:d"])
    func aKeyOfOtherPartsIsNone(key: String) {
        let error = refusal(directory(nil, key: key))
        #expect(error?.code == "bad_provider_setting" && error?.message.contains("planted") == false)
        #expect(error?.message.contains("ID:SECRET") == true)
    }

    @Test func aKeyThatNoHeaderCanHold() async throws {
        let provider = try directory(host(), key: "AKID:planted secret").resolve("bedrock/m").provider
        let error = try await provider.failure()
        #expect(error?.kind == .unauthenticated && error?.message.contains("planted") == false)
    }

    @Test func credentialsGoNowhereInTheOpen() {
        var settings = ProviderSettings()
        settings.servers["bedrock"] = ProviderSettings.Server(url: "http://proxy.example", key: SecretText("k"))
        let error = refusal(ModelDirectory(settings))
        #expect(error?.message.hasPrefix("providers.bedrock.url must begin with https://") == true)
    }

    // MARK: Credentials that run out

    @Test func anExpiredTokenIsRenewedOnce() async throws {
        let folder = try TestFolder([
            ".aws/credentials": "[default]\naws_access_key_id=OLD\naws_secret_access_key=s\naws_session_token=t\n"
        ])
        let host = host { asked in
            guard asked.headers["authorization"]?.contains("Credential=OLD/") == true else { return 200 }
            // Whoever keeps the file renews it meanwhile.
            _ = try? folder.write(
                ".aws/credentials", "[default]\naws_access_key_id=NEW\naws_secret_access_key=s\n")
            return 403
        }
        let directory = directory(host, ["HOME": folder.path])
        #expect(try await directory.resolve("bedrock/m").provider.answer() == Self.hello)
        #expect(try await directory.resolve("bedrock/n").provider.answer() == Self.hello)
        let shown = host.asked.map { $0.headers["authorization"]?.contains("Credential=NEW/") }
        #expect(shown == [false, true, true])
    }

    @Test func aFixedKeyThatIsRefusedIsNotTriedAgain() async throws {
        let host = host { _ in 403 }
        let error = try await directory(host, key: "AKID:planted").resolve("bedrock/m").provider.failure()
        #expect(error?.kind == .unauthenticated && error?.providerCode == "ExpiredTokenException")
        #expect(error?.requestID == "r-1")
        #expect(host.asked.count == 1)
    }

    @Test func twoCallsAtOnceFetchOneCredential() async throws {
        let machine = ModelHost { _, connection in
            connection.answer(
                #"{"AccessKeyId":"ASIA1","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-02T09:00:00Z"}"#)
        }
        let host = host()
        let directory = directory(host, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": machine.url])
        let answers = try await withThrowingTaskGroup(of: ModelResponse.self) { group in
            for name in ["a", "b", "c", "d"] {
                let provider = try directory.resolve("bedrock/\(name)").provider
                group.addTask { try await provider.answer() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: Self.hello, count: 4))
        #expect(machine.asked.count == 1 && host.asked.count == 4)
    }

    // MARK: Regions

    @Test func theRegionIsLookedForInItsOrder() throws {
        let folder = try TestFolder([".aws/config": "[profile p]\nregion = eu-north-1\n"])
        func url(_ region: String?, _ variables: [String: String]) throws -> String? {
            let directory = directory(nil, key: "k", region: region, variables)
            return (try directory.resolve("bedrock/m").provider as? HTTPModelProvider)?.base.text
        }
        func host(_ region: String) -> String { "https://bedrock-runtime.\(region).amazonaws.com" }
        let all = [
            "AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-east-2", "AWS_PROFILE": "p", "HOME": folder.path,
        ]
        #expect(try url("eu-central-1", all) == host("eu-central-1"))
        #expect(try url(nil, all) == host("us-west-2"))
        #expect(try url(nil, all.filter { $0.key != "AWS_REGION" }) == host("us-east-2"))
        #expect(try url(nil, ["AWS_PROFILE": "p", "HOME": folder.path]) == host("eu-north-1"))
        #expect(try url("cn-north-1", [:]) == host("cn-north-1") + ".cn")
        for region in ["eu central", "evil.example/", "-x", "EU", ""] {
            #expect(refusal(directory(nil, key: "k", region: region))?.message.contains("eu-central-1") == true)
        }
    }

    @Test func theRegionOfTheMachine() async throws {
        let machine = ModelHost { asked, connection in
            connection.answer(asked.line.hasPrefix("PUT") ? "t" : "eu-north-1", type: "text/plain")
        }
        let host = host()
        let variables = [
            "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": machine.url,
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s",
        ]
        _ = try await directory(host, region: nil, variables).resolve("bedrock/m").provider.answer()
        #expect(host.asked.first?.headers["authorization"]?.contains("/eu-north-1/bedrock/") == true)
        let unknown = directory(nil, key: "k", region: nil)
        let error = try await unknown.resolve("bedrock/m").provider.failure()
        #expect(error?.message.contains("providers.bedrock.region or AWS_REGION") == true)
    }

    @Test func modelsAreListedInTwoParts() async throws {
        let host = ModelHost { asked, connection in
            connection.answer(
                asked.line.contains("/foundation-models")
                    ? #"{"modelSummaries":[{"modelId":"a.b-v1:0"}]}"#
                    : #"{"inferenceProfileSummaries":[{"inferenceProfileId":"eu.a.b-v1:0"}]}"#)
        }
        let provider = try directory(host, key: "AKID:planted").resolve("bedrock/m").provider as? HTTPModelProvider
        #expect(try await provider?.models().map(\.name) == ["a.b-v1:0", "eu.a.b-v1:0"])
        #expect(host.asked.allSatisfy { $0.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 ") == true })
    }
}
