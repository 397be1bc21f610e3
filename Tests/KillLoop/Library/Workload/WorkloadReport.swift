/// What one workload under kills came to.
package struct WorkloadReport: Sendable {
    package let workload: String
    package internal(set) var kills = 0
    /// Kills that landed while something was in flight.
    package internal(set) var killsInFlight = 0
    /// Kills of a process that had been stopped before.
    package internal(set) var stops = 0
    /// How often the workload was begun anew because it was finished before the kills were used up.
    package internal(set) var rounds = 0
    package internal(set) var tally = Tally()

    /// The share of kills that must land while something is in flight; else they prove little.
    package static let inFlightShareMin = 0.75

    /// Whether its kills count for the share: those of runs that wait most of the time do not.
    let countsShare: Bool

    init(workload: String, countsShare: Bool = true) {
        self.workload = workload
        self.countsShare = countsShare
    }

    /// Checks the share over all workloads together: one of them may have few kills and bad luck.
    static func checkShare(of reports: [WorkloadReport]) -> Tally {
        let counted = reports.filter(\.countsShare)
        let kills = counted.reduce(0) { $0 + $1.kills }
        let inFlight = counted.reduce(0) { $0 + $1.killsInFlight }
        let needed = Int((Double(kills) * inFlightShareMin).rounded(.up))
        var tally = Tally()
        tally.check(inFlight >= needed, "\(inFlight) of \(kills) kills landed in flight, \(needed) are needed")
        return tally
    }

    /// One line of JSON.
    package var json: String {
        let violations = tally.violations.prefix(50).map(Self.quoted).joined(separator: ",")
        return """
            {"workload":"\(workload)","kills":\(kills),"in_flight":\(killsInFlight),"stopped_before":\(stops),\
            "rounds":\(rounds),"passed":\(tally.passed),"failed":\(tally.failed),"violations":[\(violations)]}
            """
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            default: scalar.value < 32 ? " " : String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
