import TuttiCore

/// A credential as its source gave it.
struct IssuedCredential<Value: Sendable>: Sendable {
    let value: Value
    /// When it ends; `nil` for never.
    var expires: Timestamp?
    /// Whether the source would give the same again, however often it is asked.
    var isFixed = false
}

/// The credential that a call gets, with the number by which it is told apart from others.
struct CredentialLease<Value: Sendable>: Sendable {
    let value: Value
    let number: Int
}

/// How long before its end a credential is renewed.
struct RenewalPace: Sendable, Hashable {
    /// From here on it is renewed aside, while calls still use it.
    var early: Duration
    /// From here on calls wait for the new one.
    var late: Duration

    /// As botocore does with those of Amazon.
    static let amazon = RenewalPace(early: .seconds(15 * 60), late: .seconds(10 * 60))
    /// For tokens of an hour; google-auth waits at 3 minutes 45.
    static let bearer = RenewalPace(early: .seconds(5 * 60), late: .seconds(60))

    /// The pause before another try aside, when the one before has failed or has given what ends as soon.
    static let pause = Duration.seconds(60)
}

/// What is known of a credential and of those who wait for it: events in, what is to be done out.
struct CredentialState<Value: Sendable, Waiter: Sendable>: Sendable {
    typealias Lease = CredentialLease<Value>

    /// What somebody gets who asks.
    enum Answer: Sendable {
        case use(Lease, renewsAside: Bool)
        /// Until the end of a renewal, which has to be begun or is under way.
        case wait(begins: Bool)
    }

    private struct Held: Sendable {
        let lease: Lease
        let isFixed: Bool
        let expires: Timestamp?
        /// When it is renewed aside, and when it is waited for.
        let early: Timestamp?
        let late: Timestamp?
    }

    private let pace: RenewalPace
    private var held: Held?
    private var last = 0
    private var isRenewing = false
    private var notBefore = Timestamp(milliseconds: .min)
    private var waiters: [Int: Waiter] = [:]

    init(_ pace: RenewalPace) { self.pace = pace }

    /// Somebody asks, by a number of their own.
    mutating func ask(_ id: Int, _ waiter: Waiter, now: Timestamp) -> Answer {
        if let held, held.late.map({ now < $0 }) ?? true {
            let isEarly = held.early.map { now >= $0 } ?? false
            guard isEarly, !isRenewing, now >= notBefore else { return .use(held.lease, renewsAside: false) }
            begin(now)
            return .use(held.lease, renewsAside: true)
        }
        waiters[id] = waiter
        guard !isRenewing else { return .wait(begins: false) }
        begin(now)
        return .wait(begins: true)
    }

    private mutating func begin(_ now: Timestamp) {
        isRenewing = true
        notBefore = now + RenewalPace.pause
    }

    /// Somebody does not wait any more.
    mutating func leave(_ id: Int) -> Waiter? { waiters.removeValue(forKey: id) }

    /// A renewal has come to its end.
    ///
    /// - Returns: those who waited, and what they get; `nil` for them is the failure.
    mutating func end(
        _ issued: IssuedCredential<Value>?, now: Timestamp
    ) -> (waiters: [Waiter], lease: Lease?) {
        isRenewing = false
        if let issued { hold(issued, now) }
        defer { waiters = [:] }
        // What is not over yet is better than nothing.
        let isUsable = held.map { $0.expires.map { now < $0 } ?? true } ?? false
        return (Array(waiters.values), isUsable ? held?.lease : nil)
    }

    private mutating func hold(_ issued: IssuedCredential<Value>, _ now: Timestamp) {
        last += 1
        // Of a short life no more than a part is given away.
        let life = issued.expires.map { max(.zero, $0 - now) }
        func before(_ pause: Duration, _ part: Int) -> Timestamp? {
            issued.expires.flatMap { end in life.map { end - min(pause, $0 / part) } }
        }
        held = Held(
            lease: Lease(value: issued.value, number: last), isFixed: issued.isFixed, expires: issued.expires,
            early: before(pace.early, 2), late: before(pace.late, 4))
    }

    /// What a call carried was refused.
    ///
    /// - Returns: whether another one can be had.
    mutating func refuse(_ number: Int) -> Bool {
        guard let held, held.lease.number == number else { return true }
        guard !held.isFixed else { return false }
        self.held = nil
        return true
    }
}

extension Timestamp {
    fileprivate static func - (moment: Timestamp, pause: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds - pause.milliseconds)
    }
}
