import Synchronization
import TuttiRuntime

/// Frames of several sources for one reader, in the order in which they come. Bounded: a reader that falls behind is
/// told so instead of being waited for.
final class FrameMailbox: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        /// What is said at the end; once it is there, nothing more is taken.
        var last: [UInt8]?
        var isOver: Bool { last != nil }
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let bytesMax: Int
    private let tooSlow: [UInt8]

    /// - Parameters:
    ///   - bytesMax: what may wait for the reader.
    ///   - tooSlow: the last frame of a reader for whom more would wait.
    init(bytesMax: Int = 512 << 10, tooSlow: [UInt8]) {
        self.bytesMax = bytesMax
        self.tooSlow = tooSlow
    }

    /// - Returns: `false` when the reader is too slow or has gone, and no more is to come.
    @discardableResult
    func put(_ frame: [UInt8]) -> Bool {
        let (waiter, isOpen) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            guard !state.isOver else { return (nil, false) }
            if !state.bytes.isEmpty, state.bytes.count + frame.count > bytesMax { state.last = tooSlow }
            if !state.isOver { state.bytes += frame }
            defer { state.waiter = nil }
            return (state.waiter, !state.isOver)
        }
        waiter?.resume()
        return isOpen
    }

    /// Takes no more; the first to call it has the last word.
    func close(_ last: [UInt8]) {
        state.withLock { state in
            if state.last == nil { state.last = last }
            defer { state.waiter = nil }
            return state.waiter
        }?.resume()
    }

    /// Everything that has come, with the last word at its end; `nil` when no more will.
    ///
    /// - Throws: `CancellationError`.
    func take() async throws -> [UInt8]? {
        while true {
            try Task.checkCancellation()
            let taken = state.withLock { state -> (bytes: [UInt8], isOver: Bool) in
                defer {
                    state.bytes = []
                    if state.isOver { state.last = [] }
                }
                return (state.bytes + (state.last ?? []), state.isOver)
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
