/// The bounds of what is kept of people.
package enum AccountLimits {
    /// Sessions of one person; who logs in once more loses the one that was used the longest ago.
    package static let sessionsPerPersonMax = 50
    /// Used refresh tokens of one session that are remembered, so that their reuse is noticed: two days of them at the
    /// pace of access tokens.
    package static let usedTokensMax = 200
    /// How long a key that signs no more is kept: longer than anything that it has signed is good.
    package static let retiredKeysFor: Duration = .seconds(86_400)
    /// Rows that are removed at a time.
    package static let clearedMax = 1_000
}
