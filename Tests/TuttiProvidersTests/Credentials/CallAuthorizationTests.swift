import Synchronization
import TestServer
import Testing
import TuttiCore
import TuttiHTTPClient
import TuttiModels

@testable import TuttiProviders

/// Calls whose credential is refused.
@Suite struct CallAuthorizationTests {
    /// Tokens 1, 2, 3 and so on.
    private final class Tokens: CallAuthorization {
        let last = Atomic<Int>(1)
        let canRenew: Bool

        init(canRenew: Bool = true) { self.canRenew = canRenew }

        func authorized(_ call: OutgoingCall) async throws -> OutgoingCall {
            var call = call
            call.credential = last.load(ordering: .relaxed)
            call.wire.headers.append(
                WireRequest.Header("authorization", secret: SecretText("Bearer \(call.credential)")))
            return call
        }

        func renew(after call: OutgoingCall) async -> Bool {
            last.store(call.credential + 1, ordering: .relaxed)
            return canRenew
        }
    }

    private func provider(_ host: ModelHost, _ authorization: Tokens) throws -> HTTPModelProvider {
        HTTPModelProvider(
            ChatDialect(.openAI), at: try BaseURL(host.url), authorization: authorization, client: HTTPClient(),
            timeouts: Samples.patience)
    }

    private func host(refusing tokens: Set<String>, status: Int = 401) -> ModelHost {
        ModelHost { asked, connection in
            if tokens.contains(asked.headers["authorization"] ?? "") {
                connection.answer(#"{"error":{"message":"planted","code":"expired"}}"#, status: status)
            } else {
                connection.stream(Samples.chatStream)
            }
        }
    }

    private func shown(_ host: ModelHost) -> [String?] { host.asked.map { $0.headers["authorization"] } }

    @Test func aRefusedTokenIsRenewedOnce() async throws {
        let host = host(refusing: ["Bearer 1"])
        #expect(try await provider(host, Tokens()).answer() == Samples.hello)
        #expect(shown(host) == ["Bearer 1", "Bearer 2"])
    }

    @Test func andNotTwice() async throws {
        let host = host(refusing: ["Bearer 1", "Bearer 2", "Bearer 3"])
        let error = try await provider(host, Tokens()).failure()
        #expect(error?.kind == .unauthenticated && error?.status == 401)
        #expect(shown(host) == ["Bearer 1", "Bearer 2"])
    }

    @Test func whereThereIsNoOtherItIsTheEnd() async throws {
        let host = host(refusing: ["Bearer 1"])
        #expect(try await provider(host, Tokens(canRenew: false)).failure()?.kind == .unauthenticated)
        #expect(shown(host) == ["Bearer 1"])
    }

    @Test func whatTheTokenMayNotDoIsNoReason() async throws {
        let host = host(refusing: ["Bearer 1"], status: 403)
        #expect(try await provider(host, Tokens()).failure()?.kind == .forbidden)
        #expect(shown(host) == ["Bearer 1"])
    }

    @Test func listsAreAskedForInTheSameWay() async throws {
        let host = ModelHost { asked, connection in
            let isRefused = asked.headers["authorization"] == "Bearer 1"
            connection.answer(isRefused ? "{}" : #"{"data":[{"id":"m"}]}"#, status: isRefused ? 401 : 200)
        }
        #expect(try await provider(host, Tokens()).models().map(\.name) == ["m"])
    }
}
