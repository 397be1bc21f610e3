import FoundationEssentials
import Glibc

/// The program `fake-models` beside the program under test; nobody kills it.
package final class ModelServer {
    package struct StartError: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where it listens.
    package let port: UInt16
    /// The file to which it appends what it bills.
    package let ledger: String
    private let child: ChildProcess
    private let place: String

    private static let patience = Duration.seconds(60)

    /// Starts it and waits until it listens.
    ///
    /// - Parameters:
    ///   - place: a folder for its files.
    ///   - arguments: what it answers, see its usage.
    /// - Throws: ``StartError`` when it does not come to listen.
    package init(_ program: String, at place: String, arguments: [String]) throws {
        self.place = place
        ledger = place + "/ledger.jsonl"
        let portFile = place + "/port"
        let files = ["--port-file", portFile, "--ledger", ledger]
        child = try ChildProcess(program, files + arguments, output: place + "/models")
        let deadline = ContinuousClock.now + Self.patience
        var port: UInt16?
        while port == nil, child.poll() == nil, ContinuousClock.now < deadline {
            pause(.milliseconds(1))
            let text = FileManager.default.contents(atPath: portFile).map { String(decoding: $0, as: UTF8.self) }
            port = text.flatMap { UInt16($0.prefix { $0 != "\n" }) }
        }
        guard let port else {
            _ = child.kill()
            let said = FileManager.default.contents(atPath: place + "/models.err") ?? Data()
            throw StartError(description: "\(program) does not listen: \(String(decoding: said, as: UTF8.self))")
        }
        self.port = port
    }

    deinit { _ = child.kill() }

    /// Ends it; gives what it says that it has seen, or nil when it ended in another way.
    package func stop() -> String? {
        child.signal(SIGTERM)
        guard child.wait(limit: Self.patience) == .exited(0) else { return nil }
        return FileManager.default.contents(atPath: place + "/models").map { String(decoding: $0, as: UTF8.self) }
    }
}
