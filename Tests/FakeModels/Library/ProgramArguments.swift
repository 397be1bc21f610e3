import FoundationEssentials
import Glibc

/// The command line of `fake-models`.
package struct ProgramArguments: Sendable {
    package struct UsageError: Error, Equatable, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    package var options = FakeModels.Options()
    /// What every call is answered with, unless it is a critic's.
    package var answer = Answer.text("fake answer")
    /// The share of answers to schemas that do not fit; `nil` answers schemas as everything else.
    package var invalidShare: Double?
    /// Where the port goes; `nil` is standard output.
    package var portFile: String?

    package static let usage = """
        usage: fake-models [--port-file FILE] [--port N] [--ledger FILE] [--models NAME,…] [--key KEY]
                           [--text TEXT | --tokens N] [--pieces K] [--delay-ms N] [--pause-ms N]
                           [--critic SHARE] [--cost MICRODOLLARS]
        --port-file FILE  where the port goes once it is listened to (standard output without it)
        --ledger FILE     gets a line for each call that would be billed
        --models NAME,…   the models that are known (any without it)
        --key KEY         the key that callers need (any without it)
        --text TEXT       what is answered
        --tokens N        a text of N tokens is answered
        --pieces K        tokens of a piece of a stream (4)
        --delay-ms N      time before an answer
        --pause-ms N      time between two pieces
        --critic SHARE    whoever sends a JSON schema gets what fits it, but for this share (0 to 1)
        --cost N          millionths of a dollar that each call costs; chat completions tell it as `usage.cost`
        """

    /// - Throws: ``UsageError`` for an argument that is unknown, incomplete or out of range.
    package init(_ arguments: [String]) throws(UsageError) {
        let values = try Self.values(arguments)
        func number(_ flag: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
            guard let text = values[flag] else { return nil }
            if let number = Int(text), range.contains(number) { return number }
            throw UsageError(
                description: "\(flag) is a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        portFile = values["--port-file"]
        options.port = UInt16(try number("--port", in: 0...65_535) ?? 0)
        options.ledger = values["--ledger"]
        options.models = values["--models"].map { $0.split(separator: ",").map(String.init) }
        options.key = values["--key"]
        let pieces = try number("--pieces", in: 1...1_000_000) ?? 4
        if let text = values["--text"] { answer = .text(text) }
        if let count = try number("--tokens", in: 0...10_000_000) { answer = .tokens(count, perPiece: pieces) }
        answer.pieceSize = TokenUsage.bytesPerToken * pieces
        answer.delay = .milliseconds(try number("--delay-ms", in: 0...3_600_000) ?? 0)
        answer.pause = .milliseconds(try number("--pause-ms", in: 0...3_600_000) ?? 0)
        answer.microdollars = try number("--cost", in: 0...1_000_000_000)
        guard let text = values["--critic"] else { return }
        guard let share = Double(text), (0...1).contains(share) else {
            throw UsageError(description: "--critic is a number from 0 to 1, not '\(text)'")
        }
        invalidShare = share
    }

    private static let flags: Set = [
        "--port-file", "--port", "--ledger", "--models", "--key", "--text", "--tokens", "--pieces", "--delay-ms",
        "--pause-ms", "--critic", "--cost",
    ]

    private static func values(_ arguments: [String]) throws(UsageError) -> [String: String] {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            guard flags.contains(flag) else { throw UsageError(description: "unknown argument '\(flag)'") }
            guard let value = rest.popFirst() else { throw UsageError(description: "\(flag) needs a value") }
            values[flag] = value
        }
        return values
    }

    /// What the server answers.
    package var script: Script {
        invalidShare.map { Critic(otherwise: answer, invalidShare: $0).script } ?? .always(answer)
    }

    /// Writes the port where it is looked for; the file is there only when it is whole.
    package func tellPort(_ port: UInt16) throws(FakeModelsError) {
        guard let portFile else {
            print(port)
            _ = fflush(nil)
            return
        }
        do {
            try Data("\(port)\n".utf8).write(to: URL(filePath: portFile), options: .atomic)
        } catch {
            throw FakeModelsError(description: "the port cannot be written to \(portFile) (\(error))")
        }
    }
}
