import Synchronization
import Testing
import TuttiAccessSQLite
import TuttiCore
import TuttiRuntime
import TuttiTesting

@testable import TuttiAccess

/// What another process changes ends the streams of whom it is about, and no other.
struct ChangesElsewhereTests {
    /// A session and a key of one person, each held by a stream.
    private struct Streams {
        let owner: User
        let user: User
        let login: Login
        let key: APIKey
        let keyText: SecretText
        let session = Cut()
        let other = Cut()

        init(_ world: AccountWorld) async throws {
            owner = try await world.register("olga")
            user = try await world.register("ada")
            login = try await world.login("ada")
            let made = try await world.accounts.makeKey(
                named: "k", for: user.id, scopes: nil, project: nil, lifetime: .seconds(60), by: world.actor(user),
                from: AccountWorld.visit)
            (key, keyText) = (made.key, made.text)
            try await session.hold(world.credential(login.accessToken))
            try await other.hold(world.credential(made.text))
        }
    }

    /// Counts how often a stream would have been cut off.
    private final class Cut: Sendable {
        private let count = Atomic(0)

        var isCut: Bool { count.load(ordering: .relaxed) > 0 }

        func hold(_ credential: LiveCredential?) throws {
            _ = try #require(credential).whenStale { self.count.add(1, ordering: .relaxed) }
        }
    }

    private func with(_ body: (AccountWorld, Streams) async throws -> Void) async throws {
        try await AccountWorld.with { world in try await body(world, try await Streams(world)) }
    }

    private func takeUp(_ world: AccountWorld) async { await world.gate.takeUpChanges(at: world.clock.now()) }

    @Test func streamsOfOthersGoOn() async throws {
        try await with { world, streams in
            _ = try await world.elsewhere().change(
                streams.owner.id, UserChange(name: "Olga"), by: world.actor(streams.owner), from: AccountWorld.visit)
            for _ in 0..<3 { await takeUp(world) }
            #expect(!streams.session.isCut && !streams.other.isCut)
            // They still end with what they are of.
            try await world.accounts.end(
                streams.login.session.id, of: streams.user.id, by: world.actor(streams.user),
                from: AccountWorld.visit)
            #expect(streams.session.isCut && !streams.other.isCut)
            #expect(try await world.credential(streams.login.accessToken) == nil)
            #expect(try await world.credential(streams.keyText) != nil)
        }
    }

    @Test func aSessionThatEndedElsewhereEndsItsStreams() async throws {
        try await with { world, streams in
            try await world.elsewhere().end(
                streams.login.session.id, of: streams.user.id, by: world.actor(streams.user),
                from: AccountWorld.visit)
            await takeUp(world)
            #expect(streams.session.isCut && !streams.other.isCut)
            #expect(try await world.credential(streams.login.accessToken) == nil)
            #expect(world.gate.counts.sessions == 0)
        }
    }

    @Test func aKeyThatWasRevokedElsewhereEndsItsStreams() async throws {
        try await with { world, streams in
            _ = try await world.elsewhere().revoke(
                streams.key.id, of: nil, by: world.actor(streams.user), from: AccountWorld.visit)
            await takeUp(world)
            #expect(streams.other.isCut && !streams.session.isCut)
            #expect(try await world.credential(streams.keyText) == nil)
        }
    }

    @Test func rolesThatChangedElsewhereEndAllStreamsOfThePerson() async throws {
        try await with { world, streams in
            _ = try await world.elsewhere().change(
                streams.user.id, UserChange(roles: ["operator"]), by: world.actor(streams.owner),
                from: AccountWorld.visit)
            await takeUp(world)
            #expect(streams.session.isCut && streams.other.isCut)
            #expect(try await world.credential(streams.keyText)?.principal.roles == ["operator"])
        }
    }

    /// A stream that begins only after the change, as the first word of an answer was long in coming.
    @Test func aStreamThatBeginsBehindAChangeGoesOn() async throws {
        try await AccountWorld.with { world in
            let user = try await world.register("ada")
            let login = try await world.login("ada")
            let credential = try #require(try await world.credential(login.accessToken))
            await takeUp(world)
            #expect(credential.isStale && credential.whenStale {} == nil)
            let renewed = try #require(await world.gate.renewed(credential, at: world.clock.now()))
            #expect(renewed.principal == credential.principal && !renewed.isStale)
            // All who show the same share one still.
            #expect(try await world.credential(login.accessToken) === renewed)
            try await world.accounts.end(
                login.session.id, of: user.id, by: world.actor(user), from: AccountWorld.visit)
            #expect(renewed.isStale)
            #expect(await world.gate.renewed(renewed, at: world.clock.now()) == nil)
        }
    }

    @Test func whatCannotBeReadEnds() async throws {
        try await with { world, streams in
            world.store.fail()
            await takeUp(world)
            #expect(streams.session.isCut && streams.other.isCut)
        }
    }
}
