/// A rule of how much one subject may ask for in any stretch of time of a length.
///
/// A name stands for one quota and one window at a time: the record of what was taken is kept under the name and the
/// subject. After a change of configuration under the same name, what is still recorded counts by the new rule.
package struct RateLimit: Sendable, Hashable {
    /// Shown in headers and problems.
    package let name: String
    /// The most that the weights in a window may sum up to; 0 lets nothing through.
    package let quota: Int
    /// How long an accepted call counts: one at time t counts until just before t + window.
    package let window: Duration
    /// The same, for sums without divisions.
    let windowNanoseconds: Int64
    /// The name as the fields of an answer's head have it; written once, since every answer tells it.
    let quotedName: String
    /// For example `"login";q=100;w=60`
    let policyItem: String

    /// The largest quota and the largest weight of one call, so that no sum can overflow.
    package static let weightMax = 1 << 40
    /// The longest window: a leap year.
    package static let windowMax = Duration.seconds(366 * 86_400)

    /// A rule. A quota outside of 0 … `weightMax` and a window outside of one nanosecond … `windowMax` are brought to
    /// the nearest bound: where people write them, they are checked before.
    package init(name: String, quota: Int, window: Duration) {
        self.name = name
        self.quota = max(0, min(quota, Self.weightMax))
        windowNanoseconds = max(1, min(window, Self.windowMax).wholeNanoseconds)
        self.window = .nanoseconds(windowNanoseconds)
        quotedName = Self.quoted(name)
        policyItem = "\(quotedName);q=\(self.quota);w=\(max(1, self.window.secondsRoundedUp))"
    }

    /// A string of structured fields holds printable ASCII only (RFC 9651, 3.3.3); anything else becomes `_`.
    private static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append((0x20..<0x7F).contains(scalar.value) ? scalar : "_")
        }
        return text + "\""
    }
}

extension Duration {
    /// What is less than a nanosecond is cut off; bounded by 146 years, so that two of them can be added.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let bounded = max(-4_611_686_018, min(seconds, 4_611_686_018))
        return bounded * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Whole seconds, up.
    var secondsRoundedUp: Int64 {
        let (seconds, attoseconds) = components
        return attoseconds > 0 ? seconds + 1 : seconds
    }
}
