import Testing
import TuttiCore

@testable import TuttiAccess

struct PasswordHasherTests {
    private static let cheap = PasswordParameters(passes: 1, memory: 64, lanes: 1)
    private static let password = SecretText("correct horse")

    private func hasher(_ parameters: PasswordParameters = cheap) -> PasswordHasher {
        PasswordHasher(parameters: parameters, threads: 1, waitingMax: 8, random: SeededGenerator(seed: 7))
    }

    @Test func whatWasHashedIsRight() async throws {
        let hasher = hasher()
        let hash = try await hasher.hash(Self.password)
        #expect(hash.stored.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
        let stored = try PasswordHash(hash.stored)
        #expect(try await hasher.check(Self.password, against: stored) == .right(upgraded: nil))
        for wrong in ["correct horsf", "correct hors", "correct horse ", "", "Correct horse"] {
            #expect(try await hasher.check(SecretText(wrong), against: stored) == .wrong)
        }
    }

    @Test func theUsualCostIsNineteenMebibytesTwice() async throws {
        let hasher = PasswordHasher()
        let hash = try await hasher.hash(Self.password)
        #expect(hash.stored.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hasher.check(Self.password, against: hash) == .right(upgraded: nil))
        #expect(try await hasher.hash(Self.password) != hash)
    }

    @Test func saltsComeFromTheRandomSource() async throws {
        let (first, again) = (hasher(), hasher())
        let hash = try await first.hash(Self.password)
        #expect(try await again.hash(Self.password) == hash)
        #expect(try await first.hash(Self.password) != hash)
    }

    @Test(arguments: [
        "$2b$04$xqnY3SJt86.YaxlMqxNtJuCETa9aDC44r9zCwreN44ZcttITKYx8.",
        "pbkdf2_sha256$100000$Tm3xYq0aBcDe$9naTFK99hmCuzDtzZrX4CUSMEX1DUL5hUjF1Bk+61Fo=",
    ])
    func anImportedHashIsReplacedAtLogin(_ text: String) async throws {
        let hasher = hasher()
        let imported = try PasswordHash(text)
        #expect(try await hasher.check(SecretText("wrong horse"), against: imported) == .wrong)
        let verdict = try await hasher.check(Self.password, against: imported)
        guard case .right(let upgraded?) = verdict else { return #expect(Bool(false), "\(verdict)") }
        #expect(upgraded.schemeName == "argon2id")
        #expect(try await hasher.check(Self.password, against: upgraded) == .right(upgraded: nil))
        #expect(try await hasher.check(SecretText("wrong horse"), against: upgraded) == .wrong)
    }

    @Test func olderParametersAreRaisedAndHigherOnesKept() async throws {
        let hash = try await hasher().hash(Self.password)
        for stronger in [
            PasswordParameters(passes: 2, memory: 64, lanes: 1), PasswordParameters(passes: 1, memory: 128, lanes: 1),
        ] {
            let hasher = hasher(stronger)
            let verdict = try await hasher.check(Self.password, against: hash)
            guard case .right(let upgraded?) = verdict else { return #expect(Bool(false), "\(verdict)") }
            #expect(upgraded.stored.hasPrefix("$argon2id$v=19$m=\(stronger.memory),t=\(stronger.passes),p=1$"))
            #expect(try await self.hasher().check(Self.password, against: upgraded) == .right(upgraded: nil))
        }
    }

    @Test func aShortSaltIsReplaced() async throws {
        let short = try PasswordHash(
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
        let verdict = try await hasher().check(SecretText("password"), against: short)
        guard case .right(.some) = verdict else { return #expect(Bool(false), "\(verdict)") }
    }

    /// One hash for somebody who is not known, one for a wrong password, one for a right one.
    @Test func nobodyCostsWhatSomebodyCosts() async throws {
        let hasher = hasher()
        let hash = try await hasher.hash(Self.password)
        var done = hasher.hashesDone
        #expect(done == 1)
        for (password, stored) in [(Self.password, nil), (SecretText("wrong horse"), hash), (Self.password, hash)] {
            _ = try await hasher.check(password, against: stored)
            done += 1
            #expect(hasher.hashesDone == done)
        }
    }

    @Test func nobodyIsNeverRight() async throws {
        let hasher = hasher()
        for password in ["", "correct horse", "\0", String(repeating: "\0", count: 32)] {
            #expect(try await hasher.check(SecretText(password), against: nil) == .wrong)
        }
    }

    @Test func theRuleHoldsForNewPasswordsOnly() async throws {
        let hasher = hasher()
        let short = await #expect(throws: PasswordError.self) { try await hasher.hash(SecretText("short")) }
        #expect(short?.code == .tooShort)
        let long = SecretText(String(repeating: "x", count: PasswordRule.bytesMax + 1))
        let tooLong = await #expect(throws: PasswordError.self) { try await hasher.check(long, against: nil) }
        #expect(tooLong?.code == .tooLong)
        #expect(hasher.hashesDone == 0)
        let imported = try PasswordHash("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")
        let verdict = try await hasher.check(SecretText("U*U"), against: imported)
        guard case .right(.some) = verdict else { return #expect(Bool(false), "\(verdict)") }
    }

    @Test func aBusyHasherSaysWhenToComeBack() async throws {
        let (threads, gate) = (HashingThreads(threads: 1, waitingMax: 0), HashingThreadsTests.Gate())
        let hasher = PasswordHasher(parameters: Self.cheap, threads: threads, random: SeededGenerator(seed: 1))
        async let held: Void = threads.run { gate.hold() }
        await gate.hasBegun()
        for attempt in 0..<2 {
            let error = await #expect(throws: PasswordError.self) {
                if attempt == 0 { _ = try await hasher.hash(Self.password) }
                _ = try await hasher.check(Self.password, against: nil)
            }
            #expect(error?.code == .busy)
            #expect(error?.message == "too many people are logging in; try again in 1 s")
        }
        #expect(hasher.hashesDone == 0)
        gate.letGo()
        try await held
        #expect(try await hasher.check(Self.password, against: nil) == .wrong)
    }
}
