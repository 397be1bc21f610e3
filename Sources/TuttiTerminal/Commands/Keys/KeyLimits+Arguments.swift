import TuttiAccess
import TuttiCore

extension KeyLimits {
    /// What is typed of an API key's limits; `nil` when nothing is.
    ///
    /// - Throws: `InputError` that names the word that does not fit.
    init?(_ arguments: Arguments) throws(InputError) {
        let (list, models) = (arguments[KeysFlags.limits], arguments[KeysFlags.models])
        guard list != nil || !models.isEmpty else { return nil }
        self.init()
        if !models.isEmpty { self.models = models }
        guard let list, list != "none" else { return }
        for word in list.split(separator: ",", omittingEmptySubsequences: false) { try set(word) }
    }

    private mutating func set(_ word: Substring) throws(InputError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let shown = CleanText.line(String(word), bytesMax: 60)
        guard parts.count == 2 else {
            throw InputError("--limits: '\(shown)' is no limit; give such as usd_a_day=5,requests_a_minute=60, or none")
        }
        let value = String(parts[1])
        switch parts[0] {
        case "usd_a_day": spending.usdADay = try Self.dollars(value, shown)
        case "usd_a_month": spending.usdAMonth = try Self.dollars(value, shown)
        case "usd": spending.usd = try Self.dollars(value, shown)
        case "tokens_a_day": spending.tokensADay = try Self.count(value, shown)
        case "tokens_a_month": spending.tokensAMonth = try Self.count(value, shown)
        case "tokens": spending.tokens = try Self.count(value, shown)
        case "tokens_a_minute": tokensAMinute = Int(try Self.count(value, shown))
        case "requests_a_minute": requestsAMinute = Int(try Self.count(value, shown))
        default:
            throw InputError(
                "--limits: there is no limit '\(CleanText.line(String(parts[0]), bytesMax: 60))'; there are "
                    + "requests_a_minute, tokens_a_minute, tokens_a_day, tokens_a_month, tokens, usd_a_day, "
                    + "usd_a_month and usd")
        }
    }

    private static func dollars(_ text: String, _ shown: String) throws(InputError) -> USD {
        guard let usd = USD(text) else {
            throw InputError("--limits: '\(shown)' has no amount of dollars, such as 5 or 0.25")
        }
        return usd
    }

    private static func count(_ text: String, _ shown: String) throws(InputError) -> Int64 {
        guard let count = Int64(text), count > 0 else {
            throw InputError("--limits: '\(shown)' has no whole number above 0")
        }
        return count
    }
}
