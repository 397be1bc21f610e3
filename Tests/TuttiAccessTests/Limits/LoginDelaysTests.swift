import Testing
import TuttiAccess

/// Waits between failed logins.
struct LoginDelaysTests {
    private func seconds(_ wait: Duration?) -> Int { wait.map { Int($0 / .seconds(1)) } ?? 0 }

    /// Tries again and again as soon as it may, and fails; the seconds waited before each try.
    private func waits(
        _ count: Int, _ delays: inout LoginDelays, from now: inout Duration,
        _ who: (Int) -> (account: String, address: String)
    ) -> [Int] {
        (0..<count).map { number in
            let (account, address) = who(number)
            var waited = 0
            while let wait = delays.mayTry(account: account, address: address, at: now) {
                waited += seconds(wait)
                now += wait
            }
            return waited
        }
    }

    @Test func threeAreFreeAndThenTheWaitDoublesUpToAQuarterOfAnHour() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        let waited = waits(16, &delays, from: &now) { _ in ("ada", "192.0.2.1") }
        #expect(waited.prefix(13) == [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
        #expect(waited.suffix(3).allSatisfy { (512...900).contains($0) })
    }

    @Test func aHundredAtOnceAreNotAHundredTries() {
        var delays = LoginDelays()
        let passed = (0..<100).filter { _ in delays.mayTry(account: "ada", address: "192.0.2.1", at: .zero) == nil }
        #expect(passed.count == 3)
    }

    @Test func askingTooEarlyMakesNoWaitLonger() {
        var delays = LoginDelays()
        for _ in 0..<50 { _ = delays.mayTry(account: "ada", address: "192.0.2.1", at: .zero) }
        #expect(delays.mayTry(account: "ada", address: "192.0.2.1", at: .milliseconds(999)) == .milliseconds(1))
        #expect(delays.mayTry(account: "ada", address: "192.0.2.1", at: .seconds(1)) == nil)
    }

    @Test func aGoodLoginForgivesTheAccountItsFailures() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        _ = waits(5, &delays, from: &now) { _ in ("ada", "192.0.2.1") }
        delays.succeeded(account: "ada", address: "192.0.2.1", at: now)
        #expect(waits(5, &delays, from: &now) { _ in ("ada", "192.0.2.1") } == [0, 0, 0, 1, 2])
    }

    @Test func aGoodLoginDoesNotForgiveTheAddress() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        _ = waits(29, &delays, from: &now) { ("victim\($0)", "192.0.2.1") }
        // The attacker's own account, in between.
        #expect(delays.mayTry(account: "mallory", address: "192.0.2.1", at: now) == nil)
        delays.succeeded(account: "mallory", address: "192.0.2.1", at: now)
        #expect(waits(3, &delays, from: &now) { ("other\($0)", "192.0.2.1") } == [0, 1, 2])
    }

    @Test func guessesOfManyNamesFromOneAddressAreSlowedDown() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        let waited = waits(200, &delays, from: &now) { ("name\($0)", "192.0.2.1") }
        #expect(waited.prefix(30).allSatisfy { $0 == 0 })
        #expect(waited[30...33] == [1, 2, 4, 8])
        // In the long run one a minute, as fast as they are forgiven.
        #expect(now > .seconds(150 * 60))
        #expect(delays.mayTry(account: "ada", address: "192.0.2.2", at: now) == nil)
    }

    @Test func guessesFromManyAddressesWaitForTheAccountButNotForLong() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        let waited = waits(200, &delays, from: &now) { ("ada", "192.0.2.\($0)") }
        #expect(waited.prefix(20).allSatisfy { $0 == 0 })
        #expect(waited[20...26] == [1, 2, 4, 8, 16, 30, 30])
        #expect(waited.max() == 30)
    }

    @Test func strangersDoNotKeepTheOwnerOut() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        #expect(delays.mayTry(account: "ada", address: "198.51.100.7", at: now) == nil)
        delays.succeeded(account: "ada", address: "198.51.100.7", at: now)
        _ = waits(60, &delays, from: &now) { ("name\($0)", "198.51.100.7") }
        for number in 0..<25 { _ = delays.mayTry(account: "ada", address: "192.0.2.\(number)", at: now) }
        #expect(delays.mayTry(account: "ada", address: "203.0.113.5", at: now) != nil)
        #expect(delays.mayTry(account: "bob", address: "198.51.100.7", at: now) != nil)
        // From where she has logged in before, neither her account's wait nor her office's is hers.
        #expect(delays.mayTry(account: "ada", address: "198.51.100.7", at: now) == nil)
    }

    @Test func aKnownAddressMayNotGuessEither() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        _ = delays.mayTry(account: "ada", address: "192.0.2.1", at: now)
        delays.succeeded(account: "ada", address: "192.0.2.1", at: now)
        #expect(waits(6, &delays, from: &now) { _ in ("ada", "192.0.2.1") } == [0, 0, 0, 1, 2, 4])
    }

    @Test func anAddressIsKnownForSoLongOnly() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        _ = delays.mayTry(account: "ada", address: "192.0.2.1", at: now)
        delays.succeeded(account: "ada", address: "192.0.2.1", at: now)
        now += LoginDelays.knownFor
        _ = waits(30, &delays, from: &now) { ("ada", "198.51.100.\($0)") }
        #expect(delays.mayTry(account: "ada", address: "192.0.2.1", at: now) != nil)
    }

    @Test func whatCameToNoAnswerDoesNotCount() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        for _ in 0..<100 {
            #expect(delays.mayTry(account: "ada", address: "192.0.2.1", at: now) == nil)
            delays.takeBack(account: "ada", address: "192.0.2.1", at: now)
        }
        #expect(waits(4, &delays, from: &now) { _ in ("ada", "192.0.2.1") } == [0, 0, 0, 1])
    }

    @Test func failuresAreForgivenWithTime() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        _ = waits(6, &delays, from: &now) { _ in ("ada", "192.0.2.1") }
        now += LoginDelayRule.pair.forgivenEach * 6
        #expect(waits(4, &delays, from: &now) { _ in ("ada", "192.0.2.1") } == [0, 0, 0, 1])
    }

    @Test func anAttackOfADayIsForgivenAsSoonAsAShortOne() {
        var (delays, now) = (LoginDelays(), Duration.zero)
        _ = waits(3_000, &delays, from: &now) { ("ada", "10.\($0 / 200).0.1") }
        now += LoginDelayRule.account.forgivenEach * 30
        #expect(delays.mayTry(account: "ada", address: "203.0.113.5", at: now) == nil)
        #expect(delays.mayTry(account: "ada", address: "203.0.113.6", at: now) == nil)
    }

    @Test func namesAndAddressesDoNotRunIntoEachOther() {
        var delays = LoginDelays()
        for _ in 0..<4 { _ = delays.mayTry(account: "x 192.0.2.2", address: "192.0.2.1", at: .zero) }
        #expect(delays.mayTry(account: "192.0.2.1", address: "192.0.2.2", at: .zero) == nil)
        #expect(delays.mayTry(account: "192.0.2.1 x", address: "192.0.2.2", at: .zero) == nil)
    }

    @Test func memoryIsBoundedAndAFloodOfNamesDoesNotForgetWhoIsUnderAttack() {
        var (delays, now) = (LoginDelays(keysMax: 500), Duration.zero)
        _ = waits(6, &delays, from: &now) { _ in ("ada", "192.0.2.1") }
        for number in 0..<20_000 {
            _ = delays.mayTry(account: "name\(number)", address: "10.0.\(number / 200).\(number % 200)", at: now)
        }
        let counts = delays.counts
        #expect(counts.pairs <= 500 && counts.accounts <= 500 && counts.addresses <= 500 && counts.known == 0)
        #expect(seconds(delays.mayTry(account: "ada", address: "192.0.2.1", at: now)) == 8)
        for number in 0..<2_000 { delays.succeeded(account: "name\(number)", address: "10.0.0.1", at: now) }
        #expect(delays.counts.known <= 500)
    }

    @Test func whatIsForgivenIsDropped() {
        var delays = LoginDelays()
        for number in 0..<1_000 { _ = delays.mayTry(account: "n\(number)", address: "a\(number)", at: .zero) }
        for number in 0..<2_000 {
            _ = delays.mayTry(account: "m\(number % 5)", address: "b\(number)", at: .seconds(3_600 + number * 60))
        }
        // Each try looks at two places of a thousand, so what has been forgiven is gone after five hundred.
        #expect(delays.counts.pairs <= 500 + 30)
        #expect(delays.counts.addresses <= 500 + 1)
    }

    @Test func manyThreadsShareThem() async {
        let delays = SharedLoginDelays()
        let passed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask { delays.mayTry(account: "ada", address: "192.0.2.1", at: .zero) == nil ? 1 : 0 }
            }
            return await group.reduce(0, +)
        }
        #expect(passed == 3)
    }
}
