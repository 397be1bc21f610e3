import Glibc
import TuttiHTTP
import TuttiRuntime

/// What only the loop's own thread touches.
@safe
final class LoopState {
    let poller = LoopPoller()
    var local: [LoopWork] = []
    var running: [LoopWork] = []
    /// What is to be done as soon as there is nothing else.
    var whenIdle: [@Sendable () -> Void] = []
    var connections = ConnectionTable()
    /// Who else has its work done here.
    var sources: [(mark: UInt64, source: any EventSource)] = []
    var groups: [ObjectIdentifier: FollowerGroup] = [:]
    var toBeFlushed: [Connection] = []
    /// Handlers that have not come to their end.
    var taskCount = 0
    var isEnding = false
    /// Whether nothing is waited for any more.
    var hasEnded = false
    var acceptor: Acceptor?
    var now: Duration
    /// The field Date with its line end, made anew when a second has passed.
    var dateField: [UInt8] = []
    var dateDue: Duration = .zero
    /// For the heads of answers; its memory is used again and again.
    var composer: [UInt8] = []
    /// All connections read into the one and gather in the other, so that an idle one has no buffers.
    let inputSpace = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
    let outputSpace = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)

    init(now: Duration) { self.now = now }

    deinit {
        unsafe inputSpace.deallocate()
        unsafe outputSpace.deallocate()
    }
}
