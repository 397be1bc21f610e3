import CTuttiSystem
import Glibc
import Synchronization

/// Takes connections for all loops, and gives each to the loop that has the fewest.
///
/// One listening socket, and not one a loop by SO_REUSEPORT: with that, two servers can be started on one port without
/// either being told, the kernel's choice by a hash leaves one loop with most of a few long streams, and connections
/// that wait at a socket which is closed are lost.
///
/// Not `Sendable`: it belongs to the first loop.
@safe
final class Acceptor {
    let listener: Int32
    /// Whether nothing is accepted until the next tick.
    var isPaused = false
    private let loops: [ServerLoop]
    private let context: ServerContext
    /// Given up when no descriptor is left, so that who waits can be accepted and sent away.
    private var spare: Int32

    /// How many are taken before other work has its turn.
    private static let batchMax = 64

    init(listener: Int32, loops: [ServerLoop], context: ServerContext) {
        self.listener = listener
        self.loops = loops
        self.context = context
        spare = Self.openSpare()
    }

    private static func openSpare() -> Int32 { unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }

    func close() {
        Glibc.close(listener)
        if spare >= 0 { Glibc.close(spare) }
        spare = -1
    }

    /// Takes those who wait, up to a number; true when it has to pause.
    func acceptSome() -> Bool {
        for _ in 0..<Self.batchMax {
            guard let (socket, peer) = acceptOne() else {
                switch errno {
                case EMFILE, ENFILE: if !sendAway() { return true }
                case ENOBUFS, ENOMEM: return true
                case EAGAIN: return false
                default: continue  // it has left already, or the network has a word to say about it
                }
                continue
            }
            assign(socket, peer)
        }
        return false
    }

    private func acceptOne() -> (Int32, PeerAddress)? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CTuttiSystem_ADDRESS_SIZE)) { text in
            var port: Int32 = 0
            guard let start = text.baseAddress else { return nil }
            let socket = unsafe CTuttiSystem_accept(listener, start, &port)
            guard socket >= 0 else { return nil }
            return (socket, PeerAddress(address: unsafe String(cString: start), port: Int(port)))
        }
    }

    private func assign(_ socket: Int32, _ peer: PeerAddress) {
        guard let loop = loops.min(by: { $0.counters.open < $1.counters.open }) else { return }
        let open = loops.reduce(0) { $0 + $1.counters.open }
        let isRefused = open >= context.limits.connectionsMax
        if isRefused {
            context.refused.add(1, ordering: .relaxed)
            guard open < context.limits.connectionsMax + context.limits.refusalsMax else {
                Glibc.close(socket)
                return
            }
        }
        loop.counters.connectionComes()
        if loop.isOnLoop {
            loop.adopt(socket, peer, refused: isRefused)
        } else {
            loop.perform { loop.adopt(socket, peer, refused: isRefused) }
        }
    }

    /// Takes one connection with the spare descriptor and closes it, so that its client need not wait for nothing.
    private func sendAway() -> Bool {
        guard spare >= 0 else {
            spare = Self.openSpare()
            return spare >= 0
        }
        Glibc.close(spare)
        if let (socket, _) = acceptOne() {
            context.refused.add(1, ordering: .relaxed)
            Glibc.close(socket)
        }
        spare = Self.openSpare()
        return spare >= 0
    }
}
