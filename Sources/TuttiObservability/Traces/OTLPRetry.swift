import TuttiCore

/// What is done after an answer of a collector, or none: OTLP's table.
enum OTLPRetry {
    enum Decision: Hashable {
        case done
        /// The request is at fault, and would be again.
        case refused
        /// Later; after the time that the collector has named, or else a back-off.
        case again(after: Duration?)
    }

    static let attemptsMax = 5
    /// The ceiling of the first back-off; it doubles.
    static let delayFirst: Duration = .seconds(1)
    /// The longest wait, whatever the collector says.
    static let delayMax: Duration = .seconds(30)

    static func decide(_ answer: OTLPAnswer?) -> Decision {
        guard let answer else { return .again(after: nil) }
        switch answer.status {
        case 200..<300: return .done
        case 429, 502, 503, 504: return .again(after: answer.retryAfter.flatMap(seconds))
        default: return .refused
        }
    }

    /// Full jitter, by a number from 0 to 1.
    static func delay(beforeAttempt attempt: Int, asked: Duration?, jitter: Double) -> Duration {
        if let asked { return min(asked, delayMax) }
        return min(delayFirst * (1 << min(attempt - 1, 10)), delayMax) * jitter
    }

    private static func seconds(_ text: String) -> Duration? {
        let digits = text.utf8.drop { $0 == 0x20 }
        guard !digits.isEmpty, digits.count <= 6, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(String(decoding: Array(digits), as: UTF8.self)).map { .seconds($0) }
    }
}
