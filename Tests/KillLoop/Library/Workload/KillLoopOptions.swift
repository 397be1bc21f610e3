import FoundationEssentials

/// The command line of `kill-loop`.
package struct KillLoopOptions: Sendable, Equatable {
    package enum Workload: String, Sendable, CaseIterable {
        case crash
        case trips
        case roundtable
        /// A roundtable with models.
        case models
        case all
    }

    package struct UsageError: Error, Equatable, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    package var binary: String
    package var kills = 60
    package var seed: UInt64
    package var home: String?
    package var workload = Workload.all
    /// The program `fake-models`; without it there is no workload with models.
    package var models: String?
    package var document = "Examples/photo-sharing-prd.md"

    package static let usage = """
        usage: kill-loop --binary PATH [--kills N] [--seed S] [--home DIR] [--document FILE]
                         [--workload crash|trips|roundtable|models|all] [--models PATH]
        --models PATH  the program fake-models; all leaves out the workload models without it
        """

    private static let killsMax = 1_000_000

    /// - Parameter seed: used when the arguments name none.
    /// - Throws: ``UsageError`` for an argument that is unknown, incomplete or out of range.
    package init(_ arguments: [String], seed: UInt64) throws(UsageError) {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            guard Self.flags.contains(flag) else { throw UsageError(description: "unknown argument '\(flag)'") }
            guard let value = rest.popFirst() else { throw UsageError(description: "\(flag) needs a value") }
            values[flag] = value
        }
        guard let binary = values["--binary"] else { throw UsageError(description: "--binary is missing") }
        self.binary = binary
        self.seed = try Self.number(values["--seed"], of: "--seed", in: 0...UInt64.max) ?? seed
        if let kills = try Self.number(values["--kills"], of: "--kills", in: 1...UInt64(Self.killsMax)) {
            self.kills = Int(kills)
        }
        home = values["--home"]
        if let document = values["--document"] { self.document = document }
        if let name = values["--workload"] {
            guard let known = Workload(rawValue: name) else {
                throw UsageError(description: "--workload is crash, trips, roundtable, models or all, not '\(name)'")
            }
            workload = known
        }
        models = values["--models"]
        if workload == .models, models == nil {
            throw UsageError(description: "--workload models needs --models, the path of fake-models")
        }
    }

    private static let flags: Set = [
        "--binary", "--kills", "--seed", "--home", "--workload", "--models", "--document",
    ]

    private static func number(
        _ text: String?, of flag: String, in range: ClosedRange<UInt64>
    ) throws(UsageError) -> UInt64? {
        guard let text else { return nil }
        guard let number = UInt64(text), range.contains(number) else {
            throw UsageError(description: "\(flag) is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
