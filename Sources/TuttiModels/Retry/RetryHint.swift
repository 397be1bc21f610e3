import FoundationEssentials
import TuttiCore

/// How long a provider asks to be left alone.
enum RetryHint {
    /// A longer pause is no hint but a refusal; it is cut to this.
    static let pauseMax = Duration.seconds(30 * 86_400)

    /// The longest pause that the headers ask for; `nil` when they ask for none.
    ///
    /// A limit that resets only counts when nothing remains of it.
    static func read(_ headers: WireHeaders, now: Timestamp) -> Duration? {
        var pauses: [Duration?] = [
            headers["retry-after-ms"].flatMap { seconds($0) }.map { $0 / 1000 }.flatMap(pause),
            headers["retry-after"].flatMap { value in
                seconds(value).flatMap(pause) ?? HTTPDate.read(value).map { until($0, now) }
            },
        ]
        for unit in ["requests", "tokens"] where headers["x-ratelimit-remaining-\(unit)"] == "0" {
            pauses.append(headers["x-ratelimit-reset-\(unit)"].flatMap(duration))
        }
        for unit in ["requests", "tokens", "input-tokens", "output-tokens"]
        where headers["anthropic-ratelimit-\(unit)-remaining"] == "0" {
            let reset = headers["anthropic-ratelimit-\(unit)-reset"]
            pauses.append(reset.flatMap(RFC3339.read).map { until($0, now) })
        }
        return pauses.compactMap(\.self).max()
    }

    /// Reads `1s`, `6m0s`, `120ms` or `1h2m3.5s`; nothing else.
    static func duration(_ text: String) -> Duration? {
        guard !text.isEmpty, text.utf8.count <= 32 else { return nil }
        var (rest, sum) = (text[...], 0.0)
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
            let factors = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400]
            guard let number = seconds(String(digits)), let factor = factors[String(unit)] else { return nil }
            sum += number * factor
            rest = rest.dropFirst(digits.count + unit.count)
        }
        return pause(sum)
    }

    /// A number of seconds in digits, with or without a fraction.
    private static func seconds(_ text: String) -> Double? {
        let text = text.filter { $0 != " " }
        guard text.utf8.count <= 20, ASCIIWord.isNumber(text) else { return nil }
        return Double(text)
    }

    private static func pause(_ seconds: Double) -> Duration? {
        guard seconds.isFinite, seconds >= 0 else { return nil }
        return min(.milliseconds(Int64((min(seconds, 1e9) * 1000).rounded(.up))), pauseMax)
    }

    private static func until(_ moment: Timestamp, _ now: Timestamp) -> Duration {
        let (gap, overflow) = moment.milliseconds.subtractingReportingOverflow(now.milliseconds)
        return overflow ? pauseMax : min(.milliseconds(max(0, gap)), pauseMax)
    }
}

/// Dates of HTTP headers, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = [
        "Jan": "01", "Feb": "02", "Mar": "03", "Apr": "04", "May": "05", "Jun": "06", "Jul": "07", "Aug": "08",
        "Sep": "09", "Oct": "10", "Nov": "11", "Dec": "12",
    ]

    static func read(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ").map { String($0) }
        guard parts.count == 6, parts[5] == "GMT", let month = months[parts[2]] else { return nil }
        return Timestamp("\(parts[3])-\(month)-\(parts[1])T\(parts[4]).000Z")
    }
}

/// Moments such as `2026-11-20T13:25:06Z`, in UTC.
enum RFC3339 {
    static func read(_ text: String) -> Timestamp? {
        var text = text
        if text.hasSuffix("+00:00") { text = text.dropLast(6) + "Z" }
        guard text.hasSuffix("Z"), text.utf8.count <= 40 else { return nil }
        let parts = text.dropLast().split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? String(parts[1].prefix(3)) : ""
        return Timestamp("\(parts[0]).\(fraction + String(repeating: "0", count: 3 - fraction.count))Z")
    }
}
