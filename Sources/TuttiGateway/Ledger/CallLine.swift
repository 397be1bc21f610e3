package import TuttiCore

/// What the ledger keeps of one call. Never a word of what was asked or answered.
package struct CallLine: Sendable, Hashable {
    /// Its name, which also says when it came in.
    package var id: CallID
    /// Whose ledger it belongs to.
    package var tenant: String
    /// For whom the call was made.
    package var party: CallParty
    /// The run that made the call; `nil` for those from outside.
    package var run: RunID?
    /// In which interface the model was asked for.
    package var dialect: CallDialect
    /// Which way the call went, and how it ended.
    package var route: CallRoute
    /// The name of the provider's key that was used, never its value.
    package var providerKey: String?
    /// What the provider has counted, or else was guessed.
    package var tokens = CallTokens()
    /// Whether nobody has counted the tokens, and they were guessed from the texts.
    package var isEstimated = false
    /// What it has cost by the price that was known.
    package var cost = USD(microdollars: 0)
    /// Whether ``cost`` is what it has cost; without a price it is 0 and says nothing.
    package var isPriced = true
    /// From the request to the end of the response.
    package var durationMilliseconds: Int64 = 0
    /// From the request to the first piece of the answer; `nil` when there was none.
    package var firstTokenMilliseconds: Int64?
    /// The status of the response.
    package var status = 200
    /// Which error it was, for programs.
    package var error: String?
    /// How many times a provider was asked.
    package var attempts = 1
    /// Whether the answer was sent piece by piece.
    package var isStreamed = false
    /// The id under which the logs tell of the request.
    package var request: String?
    /// What the cache of answers had; `nil` when it was not asked.
    package var cache: CallCacheUse?
    /// What guards have found, as `cards=redacted:2,words=reported:1`; `nil` when nothing. Never what they found it in.
    package var guards: String?

    /// A line of a call that has used and cost nothing; the rest is filled in.
    package init(
        id: CallID, tenant: String, party: CallParty = CallParty(), run: RunID? = nil, dialect: CallDialect,
        route: CallRoute
    ) {
        self.id = id
        self.tenant = tenant
        self.party = party
        self.run = run
        self.dialect = dialect
        self.route = route
    }

    /// When the call came in.
    package var time: Timestamp { id.time ?? Timestamp(milliseconds: 0) }
}
