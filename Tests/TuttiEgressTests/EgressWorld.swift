import Glibc
import Synchronization
import TestProcess
import TestServer
import Testing
import TuttiEgress
import TuttiRuntime

/// A proxy with a network of its own: names lead where the test says, and every address is a server of this test.
final class EgressWorld: Sendable {
    let folder: TestFolder
    let path: String
    let resolver: FakeResolver
    let connector: FakeConnector
    let events = EventLog()
    let proxy: EgressProxy

    /// An address of the internet, for tests that do not care which.
    static let somewhere = "93.184.216.34"

    init(
        _ policy: EgressPolicy, names: [String: [[String]]] = ["example.org": [[EgressWorld.somewhere]]],
        servers: [UInt16: UInt16] = [:], resolver: FakeResolver? = nil
    ) throws {
        folder = try TestFolder()
        path = folder.path + "/egress.sock"
        self.resolver = resolver ?? FakeResolver(names)
        connector = FakeConnector(servers)
        proxy = try EgressProxy(path: path, policy: policy, resolver: self.resolver, connector: connector) {
            [events] in events.add($0)
        }
    }

    /// Serves while the body runs, and waits until nothing is left of it.
    func serve<Output: Sendable>(_ body: @escaping @Sendable (EgressWorld) throws -> Output) async throws -> Output {
        async let served: Void = proxy.run()
        defer { proxy.close() }
        let output: Result<Output, any Error>
        do {
            output = .success(try await onThread { try body(self) })
        } catch {
            output = .failure(error)
        }
        proxy.close()
        await served
        return try output.get()
    }

    func client() throws -> TestClient { try TestClient(path) }

    /// What the proxy says to one request.
    func ask(_ text: String) throws -> String {
        let client = try client()
        client.send(text)
        return client.readAll()
    }
}

extension EgressPolicy {
    /// A policy for a test, which knows that its rules are good.
    static func of(_ rules: EgressRule..., limits: (inout EgressLimits) -> Void = { _ in }) throws -> EgressPolicy {
        var set = EgressLimits()
        limits(&set)
        return try EgressPolicy(rules, limits: set)
    }
}

/// Runs what blocks on a thread of its own.
func onThread<Output: Sendable>(_ body: @escaping @Sendable () throws -> Output) async throws -> Output {
    try await withCheckedThrowingContinuation { continuation in
        PosixThread.start(name: "test-client") { continuation.resume(with: Result { try body() }) }
    }
}

/// Answers with a list of addresses for each time that a name is asked for; the last one stays.
final class FakeResolver: EgressResolver {
    private let answers: Mutex<[String: [[String]]]>
    private let log = Mutex<[String]>([])
    private let isHanging: Signal?

    /// - Parameter hanging: No answer comes before this signal.
    init(_ answers: [String: [[String]]], hanging: Signal? = nil) {
        self.answers = Mutex(answers)
        isHanging = hanging
    }

    var asked: [String] { log.withLock(\.self) }

    func addresses(of name: String) -> [NetworkAddress] {
        log.withLock { $0.append(name) }
        isHanging?.waitOnThread()
        return answers.withLock { answers in
            guard var list = answers[name], let first = list.first else { return [] }
            if list.count > 1 { list.removeFirst() }
            answers[name] = list
            return first.compactMap { NetworkAddress($0) }
        }
    }
}

/// Connects to servers of this machine instead of the address that is asked for, and remembers what was asked for.
final class FakeConnector: EgressConnector {
    private let servers: [UInt16: UInt16]
    private let log = Mutex<[String]>([])
    let fault = Mutex<Int32?>(nil)

    /// - Parameter servers: The port of this machine for each port.
    init(_ servers: [UInt16: UInt16]) { self.servers = servers }

    var asked: [String] { log.withLock(\.self) }

    func connect(to address: NetworkAddress, port: UInt16) -> Result<Int32, SystemFault> {
        log.withLock { $0.append("\(address) \(port)") }
        if let number = fault.withLock(\.self) { return .failure(SystemFault(number: number)) }
        guard let local = servers[port], let home = NetworkAddress("127.0.0.1") else {
            return .failure(SystemFault(number: ECONNREFUSED))
        }
        return SystemConnector().connect(to: home, port: local)
    }
}

/// What a proxy has told.
final class EventLog: Sendable {
    private let log = Mutex<[EgressEvent]>([])

    func add(_ event: EgressEvent) { log.withLock { $0.append(event) } }

    var all: [EgressEvent] { log.withLock(\.self) }
    /// Kind and reason of each.
    var words: [String] { all.map { "\($0.kind.rawValue) \($0.reason)" } }
}
