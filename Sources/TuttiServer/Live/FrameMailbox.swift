import Synchronization
import TuttiRuntime

/// Frames of several sources for one reader, in the order in which they come. Bounded: a reader that falls behind is
/// told so instead of being waited for.
final class FrameMailbox: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let bytesMax: Int

    /// - Parameter bytesMax: what may wait for the reader.
    init(bytesMax: Int = 512 << 10) { self.bytesMax = bytesMax }

    /// - Returns: `false` when the reader is too slow or has gone, and no more is to come.
    @discardableResult
    func put(_ frame: [UInt8]) -> Bool {
        let (waiter, isOpen) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            guard !state.isOver else { return (nil, false) }
            if !state.bytes.isEmpty, state.bytes.count + frame.count > bytesMax { state.isOver = true }
            if !state.isOver { state.bytes += frame }
            defer { state.waiter = nil }
            return (state.waiter, !state.isOver)
        }
        waiter?.resume()
        return isOpen
    }

    /// Takes no more.
    func close() {
        state.withLock { state in
            state.isOver = true
            defer { state.waiter = nil }
            return state.waiter
        }?.resume()
    }

    /// Everything that has come; `nil` when no more will.
    ///
    /// - Throws: `CancellationError`.
    func take() async throws -> [UInt8]? {
        while true {
            try Task.checkCancellation()
            let taken = state.withLock { state -> (bytes: [UInt8], isOver: Bool) in
                defer { state.bytes = [] }
                return (state.bytes, state.isOver)
            }
            if !taken.bytes.isEmpty { return taken.bytes }
            if taken.isOver { return nil }
            await wait()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.bytes.isEmpty, !state.isOver, !Task.isCancelled else { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }?.resume()
        }
    }
}
