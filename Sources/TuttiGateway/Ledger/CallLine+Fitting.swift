import TuttiCore

extension CallLine {
    /// The line as a ledger keeps it: texts cut to their bounds, numbers brought into theirs. A call that was made is
    /// told of, whatever a stranger has put into its names.
    ///
    /// - Throws: ``CallLedgerError`` `invalid` for an id that is not well formed or whose moment is beyond the year
    ///   9999.
    package func fitted() throws(CallLedgerError) -> CallLine {
        guard let time = id.time, time < CallLedgerLimits.timeMax else {
            throw CallLedgerError(.invalid, "a line of the ledger needs an id that begins with cal_ and its time")
        }
        var line = self
        line.tenant = Self.cut(tenant)
        line.party = CallParty(
            key: Self.cut(party.key), person: Self.cut(party.person), project: Self.cut(party.project),
            team: Self.cut(party.team))
        line.run = Self.cut(run?.text).map { RunID(trusted: $0) }
        line.route.model = Self.cut(route.model)
        line.route.deployment = Self.cut(route.deployment)
        line.route.providerModel = Self.cut(route.providerModel)
        line.providerKey = Self.cut(providerKey)
        line.tokens = tokens.fitted
        line.cost = USD(microdollars: min(max(0, cost.microdollars), USD.max.microdollars))
        line.durationMilliseconds = Self.fit(durationMilliseconds)
        line.firstTokenMilliseconds = firstTokenMilliseconds.map(Self.fit)
        line.status = min(max(0, status), 999)
        line.error = Self.cut(error)
        line.attempts = min(max(0, attempts), CallLedgerLimits.attemptsMax)
        line.request = Self.cut(request)
        line.guards = guards.map { Self.cut($0, CallLedgerLimits.guardsBytesMax) }
        return line
    }

    private static func fit(_ milliseconds: Int64) -> Int64 {
        min(max(0, milliseconds), CallLedgerLimits.millisecondsMax)
    }

    private static func cut(_ text: String?) -> String? { text.map { cut($0) } }

    /// The longest beginning of whole characters that fits.
    private static func cut(_ text: String, _ bytesMax: Int = CallLedgerLimits.nameBytesMax) -> String {
        guard text.utf8.count > bytesMax else { return text }
        var size = 0
        let head = text.unicodeScalars.prefix { scalar in
            size += String(scalar).utf8.count
            return size <= bytesMax
        }
        return String(head)
    }
}
