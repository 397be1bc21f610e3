import Glibc
import TuttiHTTPClient

/// The connections of all providers of a directory: to this machine straight, to others as the environment says.
final class ProviderClients: Sendable {
    private let straight: HTTPClient
    private let outward: HTTPClient

    /// Calls to whoever gives credentials.
    var credentialCalls: CredentialCalls { CredentialCalls(outward: outward, straight: straight) }

    /// Calls at one time of each thread that carries them out, where the limit of open files allows it.
    static let callsMax = 16_384
    /// Calls that may wait for their turn.
    static let waitingMax = 65_536

    init() {
        var configuration = HTTPClientConfiguration()
        // Threads that carry out calls: the loops of the server, and the client's own.
        let threads = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 1
        configuration.callsMax = Self.callsMax(openFilesMax: Self.openFilesMax, threads: threads)
        configuration.callsPerHostMax = configuration.callsMax
        configuration.waitingMax = Self.waitingMax
        straight = HTTPClient(configuration)
        configuration.proxy = .environment
        outward = HTTPClient(configuration)
    }

    /// The client for a place.
    func client(for base: BaseURL) -> HTTPClient { base.isLoopback ? straight : outward }

    /// Each call may need a connection of its own; the rest is for others.
    static func callsMax(openFilesMax: Int, threads: Int) -> Int {
        min(callsMax, max(16, openFilesMax / 4 * 3 / threads))
    }

    private static var openFilesMax: Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }
}
