import TuttiCore

/// A token of Vault, and what has to be done about it at which moment.
struct VaultToken: Sendable {
    enum Need: Sendable, Hashable {
        case nothing
        /// It is good for a while yet, and should be made good for longer.
        case renewal
        /// It can be renewed no further.
        case another
        /// It is good no more.
        case end
    }

    private struct Lease: Sendable {
        var renewAt: Duration
        var end: Duration
        var isRenewable: Bool
    }

    let text: SecretText
    /// When it was given to us, by the clock that never goes back.
    let since: Duration
    /// How long it was good for at first; `nil` for ever.
    private let granted: Duration?
    private var lease: Lease?

    /// - Parameter seconds: how long it is good for; 0 for ever.
    init(_ text: SecretText, seconds: Int64, isRenewable: Bool, at now: Duration) {
        self.text = text
        since = now
        let length = Duration.seconds(max(0, min(seconds, Self.secondsMax)))
        granted = seconds > 0 ? length : nil
        if seconds > 0 { lease = Lease(renewAt: now + length * 2 / 3, end: now + length, isRenewable: isRenewable) }
    }

    /// A lease that is longer is as good as none.
    private static let secondsMax: Int64 = 10 * 365 * 86_400
    /// The shortest time between two attempts to renew.
    static let pauseMin = Duration.seconds(1)

    func need(at now: Duration) -> Need {
        guard let lease else { return .nothing }
        if now >= lease.end { return .end }
        if now < lease.renewAt { return .nothing }
        return lease.isRenewable ? .renewal : .another
    }

    /// When something is to be done; `nil` for never.
    var dueAt: Duration? { lease?.renewAt }

    /// Vault has renewed it. Towards the longest life of a token it gives less and less: then it is time for another.
    mutating func renewed(seconds: Int64, isRenewable: Bool, at now: Duration) {
        let next = VaultToken(text, seconds: seconds, isRenewable: isRenewable, at: now)
        lease = next.lease
        guard let granted, let length = next.granted, length < granted / 2 else { return }
        lease?.isRenewable = false
        lease?.renewAt = now
    }

    /// It could be neither renewed nor replaced; it is used on, and tried again when half of its time is over.
    mutating func postpone(at now: Duration) {
        guard let end = lease?.end else { return }
        lease?.renewAt = max(now + Self.pauseMin, now + (end - now) / 2)
    }
}
