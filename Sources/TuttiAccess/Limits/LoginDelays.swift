/// Growing waits between failed logins; no clock and no lock of its own.
///
/// An attempt is asked for before any password is hashed, and counts as failed from that moment on, so that a hundred
/// at once are not a hundred tries. Refused attempts count nowhere: asking too early makes no wait longer.
///
/// Three rules have to agree, since each alone fails somebody:
///
/// * One account from one address is held up fast and for long. Whoever guesses from elsewhere lets its owner wait for
///   nothing by this rule.
/// * One account from anywhere is held up late, and never for more than half a minute, for guesses from many addresses:
///   they get 2,880 tries a day and account.
/// * One address is held up over all accounts, for guesses of many names; later than one person would fail, since a
///   whole office may share it.
///
/// Where an account was logged in to from an address in the last 30 days, that address waits by the first rule only:
/// the owner is not kept out by strangers who keep the account's, or the office's, turn taken. An owner at a new
/// address has to catch one of the turns, one each half minute at the worst. What is known is lost with the process.
///
/// Whether an account exists plays no part, so waits tell nobody which do. Names and addresses are kept as hashes of
/// fixed size (`LimitKey`), at most `keysMax` for each rule.
package struct LoginDelays: Sendable {
    /// Names, addresses and pairs of both that are remembered, of each: about 6 MiB for each rule.
    package static let keysMax = 100_000
    /// How long an address stays known to an account.
    package static let knownFor = Duration.seconds(30 * 86_400)

    private var pairs: FailureTable
    private var accounts: FailureTable
    private var addresses: FailureTable
    /// Until when a pair is known.
    private var known: KeyTable<Int64>
    private var now = Int64.min / 2

    package init(
        pair: LoginDelayRule = .pair, account: LoginDelayRule = .account, address: LoginDelayRule = .address,
        keysMax: Int = LoginDelays.keysMax
    ) {
        pairs = FailureTable(pair, keysMax: keysMax)
        accounts = FailureTable(account, keysMax: keysMax)
        addresses = FailureTable(address, keysMax: keysMax)
        known = KeyTable(keysMax: keysMax)
    }

    /// Asks for an attempt, and counts it as one that failed when it may go on. `succeeded` or `takeBack` changes that;
    /// a failure needs no word.
    ///
    /// - Parameters:
    ///   - account: The account that was meant, whichever of its names was typed; for none the name itself.
    ///   - address: Who asks, as `NetworkAddress.subject` has it.
    /// - Returns: `nil` when the attempt may go on, else how long to wait.
    package mutating func mayTry(account: String, address: String, at uptime: Duration) -> Duration? {
        advance(to: uptime)
        let keys = Keys(account, address)
        var wait = pairs.wait(keys.pair, at: now)
        if !isKnown(keys.pair) {
            wait = max(wait, accounts.wait(keys.account, at: now), addresses.wait(keys.address, at: now))
        }
        guard wait == 0 else { return .nanoseconds(wait) }
        pairs.begin(keys.pair, at: now)
        accounts.begin(keys.account, at: now)
        addresses.begin(keys.address, at: now)
        return nil
    }

    /// The attempt was a good one: forgives the account its failures, and knows the address from now on. The address
    /// only gets this attempt back: an account of one's own must not pay for guesses at others.
    package mutating func succeeded(account: String, address: String, at uptime: Duration) {
        advance(to: uptime)
        let keys = Keys(account, address)
        pairs.clear(keys.pair)
        accounts.clear(keys.account)
        addresses.takeBack(keys.address, at: now)
        let until = now + Self.knownFor.wholeNanoseconds
        if let slot = known.slot(of: keys.pair) {
            known[slot] = until
        } else {
            _ = known.makeRoom(sparing: []) { $0 }
            _ = known.insert(keys.pair, until)
        }
    }

    /// The attempt came to no answer, by no fault of who asked: it does not count.
    package mutating func takeBack(account: String, address: String, at uptime: Duration) {
        advance(to: uptime)
        let keys = Keys(account, address)
        pairs.takeBack(keys.pair, at: now)
        accounts.takeBack(keys.account, at: now)
        addresses.takeBack(keys.address, at: now)
    }

    /// How many pairs, accounts and addresses have failures, and how many pairs are known.
    package var counts: (pairs: Int, accounts: Int, addresses: Int, known: Int) {
        (pairs.count, accounts.count, addresses.count, known.count)
    }

    private struct Keys {
        let pair: LimitKey
        let account: LimitKey
        let address: LimitKey

        init(_ account: String, _ address: String) {
            // The address cannot hold a blank, so no two pairs read the same.
            pair = LimitKey("login pair", address + " " + account)
            self.account = LimitKey("login account", account)
            self.address = LimitKey("login address", address)
        }
    }

    private mutating func advance(to uptime: Duration) {
        now = max(now, uptime.wholeNanoseconds)
        let now = now
        _ = known.dropNext { $0 <= now }
    }

    private func isKnown(_ pair: LimitKey) -> Bool {
        known.slot(of: pair).map { known[$0] > now } ?? false
    }
}
