import CTuttiSystem
import Glibc
import Synchronization
import TuttiRuntime

/// What calls ask of the loop, and the wake-up that has it look.
final class Mailbox: Sendable {
    enum Message: Sendable {
        case start(Call)
        case cancel(UInt64)
        case resume(UInt64)
        /// Nobody reads any more, and what is left may come to its end for a while.
        case drain(UInt64)
    }

    private enum Life {
        case new, running, closed, ended
    }

    private struct State {
        var messages: [Message] = []
        var life = Life.new
        var hasStarted = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Readable while something is in the box that was put there by another thread than that of `loop`.
    let descriptor: Int32
    /// The loop on which it is emptied; `nil` for a thread that does nothing else.
    private let loop: (any EventLoop)?
    private let state = Mutex(State())
    private let mail = Atomic(false)

    init(for loop: (any EventLoop)? = nil) {
        self.loop = loop
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(descriptor >= 0, "no descriptor is left for a mailbox (error \(errno))")
    }

    deinit { Glibc.close(descriptor) }

    /// Puts a message in; false when nobody will read it.
    @discardableResult
    func post(_ message: Message) -> Bool {
        let (isOpen, isFirst) = state.withLock { state in
            guard state.life == .new || state.life == .running else { return (false, false) }
            state.messages.append(message)
            return (true, state.messages.count == 1)
        }
        if isFirst { ring() }
        return isOpen
    }

    /// Whether something is in the box, or it was closed since it was emptied.
    var hasMail: Bool { mail.load(ordering: .acquiring) }

    /// True for the first one who asks: that one starts the loop.
    func claimStart() -> Bool {
        state.withLock { state in
            guard state.life == .new else { return false }
            (state.life, state.hasStarted) = (.running, true)
            return true
        }
    }

    /// Whether a loop has ever been started for it.
    var hasStarted: Bool { state.withLock { $0.hasStarted } }

    /// Takes the wake-up back; whoever calls it looks into the box afterwards.
    func hush() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, MemoryLayout<UInt64>.size)
    }

    /// All messages, oldest first, and whether the box is closed.
    func take() -> (messages: [Message], isClosed: Bool) {
        mail.store(false, ordering: .relaxed)
        return state.withLock { state in
            defer { state.messages = [] }
            return (state.messages, state.life == .closed)
        }
    }

    /// Has the loop end; what is in the box it takes still.
    func close() {
        let isRunning = state.withLock { state in
            switch state.life {
            case .new: state.life = .ended
            case .running: state.life = .closed
            case .closed, .ended: break
            }
            return state.life == .closed
        }
        if isRunning { ring() }
    }

    /// The loop's last word.
    func tellEnd() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            state.life = .ended
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until the loop has ended.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if state.life != .ended { state.waiters.append(continuation) }
                return state.life == .ended
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// The loop itself looks into the box before it sleeps.
    private func ring() {
        mail.store(true, ordering: .releasing)
        guard loop?.isCurrent != true else { return }
        var one: UInt64 = 1
        _ = unsafe write(descriptor, &one, MemoryLayout<UInt64>.size)
    }
}
