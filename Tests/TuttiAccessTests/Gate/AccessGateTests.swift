import Synchronization
import Testing
import TuttiAccessSQLite
import TuttiCore
import TuttiRuntime
import TuttiTesting

@testable import TuttiAccess

struct AccessGateTests {
    @Test func aSessionThatEndsWhileItIsReadIsNotKept() async throws {
        try await AccountWorld.with { world in
            let user = try await world.register("ada")
            let login = try await world.login("ada")
            world.store.interrupt {
                try await world.accounts.end(
                    login.session.id, of: user.id, by: world.actor(user), from: AccountWorld.visit)
            }
            #expect(try await world.credential(login.accessToken) == nil)
            #expect(try await world.credential(login.accessToken) == nil)
            #expect(world.gate.counts.sessions == 0)
        }
    }

    @Test func rolesThatChangeWhileTheyAreReadAreReadAgain() async throws {
        try await AccountWorld.with { world in
            let owner = try await world.register("olga")
            let user = try await world.register("ada")
            let login = try await world.login("ada")
            world.store.interrupt {
                _ = try await world.accounts.change(
                    user.id, UserChange(roles: ["operator"]), by: world.actor(owner), from: AccountWorld.visit)
            }
            #expect(try await world.credential(login.accessToken)?.principal.roles == ["operator"])
            #expect(world.store.readings.load(ordering: .relaxed) == 2)
        }
    }

    @Test func aKeyThatIsRevokedWhileItIsReadIsNotKept() async throws {
        try await AccountWorld.with { world in
            let user = try await world.register("ada")
            let made = try await world.accounts.makeKey(
                named: "k", for: user.id, scopes: nil, project: nil, lifetime: nil, by: world.actor(user),
                from: AccountWorld.visit)
            world.store.interrupt {
                _ = try await world.accounts.revoke(
                    made.key.id, of: nil, by: world.actor(user), from: AccountWorld.visit)
            }
            #expect(try await world.credential(made.text) == nil)
            #expect(world.gate.counts.keys == 0)
        }
    }

    @Test func whatAnotherProcessHasChangedIsReadAgain() async throws {
        try await AccountWorld.with { world in
            _ = try await world.register("ada")
            let login = try await world.login("ada")
            world.store.interrupt { await world.gate.takeUpChanges(at: world.clock.now()) }
            #expect(try await world.credential(login.accessToken) != nil)
            #expect(world.store.readings.load(ordering: .relaxed) == 2)
        }
    }

    @Test func whatBecomesOfOthersCostsNothing() async throws {
        try await AccountWorld.with { world in
            _ = try await world.register("ada")
            let bob = try await world.register("bob")
            let (login, other) = (try await world.login("ada"), try await world.login("bob"))
            world.store.interrupt {
                try await world.accounts.end(
                    other.session.id, of: bob.id, by: world.actor(bob), from: AccountWorld.visit)
            }
            for _ in 0..<3 { #expect(try await world.credential(login.accessToken) != nil) }
            #expect(world.store.readings.load(ordering: .relaxed) == 1)
        }
    }

    @Test func whatIsPushedOutIsLookedUpAgainAndStillEndsAtOnce() async throws {
        try await AccountWorld.with(credentialsMax: 2) { world in
            let user = try await world.register("ada")
            var logins: [Login] = []
            for _ in 0..<5 { logins.append(try await world.login("ada")) }
            for login in logins {
                #expect(try await world.credential(login.accessToken) != nil)
                #expect(world.gate.counts.sessions <= 2)
            }
            #expect(try await world.credential(logins[0].accessToken) != nil)
            for login in logins {
                try await world.accounts.end(
                    login.session.id, of: user.id, by: world.actor(user), from: AccountWorld.visit)
                #expect(try await world.credential(login.accessToken) == nil)
            }
        }
    }

    @Test func whatAStreamHoldsOnToIsNotPushedOut() async throws {
        try await AccountWorld.with(credentialsMax: 2) { world in
            let user = try await world.register("ada")
            let watched = try await world.login("ada")
            let cut = Atomic(0)
            let credential = try #require(try await world.credential(watched.accessToken))
            _ = credential.whenStale { cut.add(1, ordering: .relaxed) }
            for _ in 0..<6 {
                let login = try await world.login("ada")
                _ = try await world.credential(login.accessToken)
            }
            #expect(cut.load(ordering: .relaxed) == 0 && world.gate.counts.sessions <= 3)
            try await world.accounts.end(
                watched.session.id, of: user.id, by: world.actor(user), from: AccountWorld.visit)
            #expect(cut.load(ordering: .relaxed) == 1)
        }
    }

    @Test func allWhoShowOneKeyEndWithIt() async throws {
        // So small that each token pushes out the one before.
        try await AccountWorld.with(tokensMax: 1) { world in
            let user = try await world.register("ada")
            let made = try await world.accounts.makeKey(
                named: "k", for: user.id, scopes: nil, project: nil, lifetime: nil, by: world.actor(user),
                from: AccountWorld.visit)
            let cut = Atomic(0)
            for _ in 0..<3 {
                let credential = try #require(try await world.credential(made.text))
                _ = credential.whenStale { cut.add(1, ordering: .relaxed) }
                for _ in 0..<2 { _ = try await world.credential(try await world.login("ada").accessToken) }
            }
            #expect(world.gate.counts.keys == 1)
            _ = try await world.accounts.revoke(made.key.id, of: nil, by: world.actor(user), from: AccountWorld.visit)
            #expect(cut.load(ordering: .relaxed) == 3)
            #expect(try await world.credential(made.text) == nil)
        }
    }

    @Test func sessionsThatHaveExpiredEndTheirStreams() async throws {
        try await AccountWorld.with { world in
            _ = try await world.register("ada")
            let login = try await world.login("ada")
            let cut = Atomic(0)
            let credential = try #require(try await world.credential(login.accessToken))
            _ = credential.whenStale { cut.add(1, ordering: .relaxed) }
            world.clock.advance(by: Accounts.sessionLifetime)
            await world.accounts.clearExpired()
            #expect(cut.load(ordering: .relaxed) == 1 && world.gate.counts.sessions == 0)
        }
    }

    @Test func whoReadsForLongReadsAgain() {
        var forgotten = ForgottenLately()
        let mark = forgotten.count
        let wanted: Set<ForgottenLately.Thing> = [.person("usr_a")]
        #expect(!forgotten.has(wanted, since: mark))
        forgotten.add(.person("usr_b"))
        #expect(!forgotten.has(wanted, since: mark))
        forgotten.add(.person("usr_a"))
        #expect(forgotten.has(wanted, since: mark) && !forgotten.has(wanted, since: forgotten.count))
        let late = forgotten.count
        for _ in 0..<(3 * ForgottenLately.thingsMax) { forgotten.add(.person("usr_c")) }
        // What is not remembered any more may have been anything.
        #expect(forgotten.has(wanted, since: late) && !forgotten.has(wanted, since: forgotten.count - 10))
        forgotten.add(.everything)
        #expect(forgotten.has(wanted, since: forgotten.count - 1))
    }

    @Test func ticketsAreBounded() {
        let box = TicketBox(random: LockedGenerator(SeededGenerator(seed: 3)))
        let credential = LiveCredential(
            Principal(tenant: "t", id: "usr_a", name: "a", roles: [], credential: .machine))
        let time = Timestamp(milliseconds: 1)
        let first = box.issue(for: credential, at: time)
        for number in 0..<TicketBox.countMax {
            _ = box.issue(for: credential, at: time + .milliseconds(1 + number / 1000))
        }
        #expect(throws: CredentialRefusal.ticketRefused) { try box.redeem(first.text.revealed, at: time) }
    }
}
