/// All that is known of a run with models that was killed again and again and then finished: what the server has
/// billed, what the journal holds, and what must be true of both.
package struct ModelHistory: Sendable {
    /// A step of the journal that has a result and has cost something.
    package struct PaidStep: Sendable, Hashable {
        /// Its idempotency token.
        package var token: String
        package var key: String
        /// Unix time in milliseconds at which it was recorded.
        package var ended: Int64
        package var microdollars: Int64
        package var tokens: Int64

        package init(token: String, key: String, ended: Int64, microdollars: Int64, tokens: Int64) {
            self.token = token
            self.key = key
            self.ended = ended
            self.microdollars = microdollars
            self.tokens = tokens
        }
    }

    /// One process that was killed.
    package struct Kill: Sendable {
        /// How many lines the ledger had after its death.
        package var lines: Int
        /// The tokens of the steps that the journal held then.
        package var recorded: Set<String>

        package init(lines: Int, recorded: Set<String>) {
            self.lines = lines
            self.recorded = recorded
        }
    }

    package var ledger: [ModelCallLine]
    package var steps: [PaidStep]
    package var kills: [Kill]

    package init(ledger: [ModelCallLine], steps: [PaidStep], kills: [Kill]) {
        self.ledger = ledger
        self.steps = steps
        self.kills = kills
    }

    package func check() -> Tally {
        var tally = Tally()
        checkNames(&tally)
        for step in steps { check(step, &tally) }
        for (number, kill) in kills.enumerated() {
            let again = Set(ledger.dropFirst(kill.lines).map(\.step)).intersection(kill.recorded)
            tally.check(again.isEmpty, "kill \(number): asked again although recorded: \(keys(again))")
            let lost = kill.recorded.subtracting(steps.map(\.token))
            tally.check(lost.isEmpty, "kill \(number): recorded, and later gone: \(lost.count) steps")
        }
        return tally
    }

    /// Everything that was billed belongs to a step.
    private func checkNames(_ tally: inout Tally) {
        let nameless = ledger.count { $0.token == nil }
        tally.check(nameless == 0, "\(nameless) calls came without an idempotency token")
        let unknown = Set(ledger.filter { $0.token != nil }.map(\.step)).subtracting(steps.map(\.token))
        tally.check(unknown.isEmpty, "paid, and no step in the journal: \(unknown.sorted().prefix(3))")
    }

    private func check(_ step: PaidStep, _ tally: inout Tally) {
        let calls = ledger.filter { $0.step == step.token }
        let late = calls.count { $0.received > step.ended }
        tally.check(late == 0, "\(step.key): asked again \(late) times after it was recorded")
        var (paid, tokens) = (Int64(0), Int64(0))
        for (token, calls) in Dictionary(grouping: calls, by: \.token).sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
            let allowed = 1 + kills.count { !$0.recorded.contains(step.token) }
            tally.check(
                calls.count <= allowed,
                "\(step.key): asked \(calls.count) times as \(token ?? ""), allowed are \(allowed)")
            // Of answers that a kill has made void, the journal knows nothing: what it holds is the last.
            guard let last = calls.last(where: \.isComplete) else { continue }
            (paid, tokens) = (paid + last.microdollars, tokens + last.tokens)
        }
        tally.check(calls.contains(where: \.isComplete), "\(step.key): recorded, but never answered as a whole")
        tally.check(
            paid == step.microdollars && tokens == step.tokens,
            """
            \(step.key): the journal says \(step.microdollars) millionths of a dollar and \(step.tokens) tokens, \
            the server \(paid) and \(tokens)
            """)
    }

    /// What kills have made void and was paid nevertheless, in millionths of a dollar.
    package var wasted: Int64 {
        ledger.reduce(0) { $0 + $1.microdollars } - steps.reduce(0) { $0 + $1.microdollars }
    }

    private func keys(_ tokens: Set<String>) -> [String] {
        Array(steps.filter { tokens.contains($0.token) }.map(\.key).sorted().prefix(5))
    }
}
