import Synchronization

/// Hands the bytes of an answer from the call that gets them to whoever sends them.
///
/// What comes while the other side is busy is taken in one piece; whoever brings more than a limit waits, so that a
/// slow reader slows the provider. One task puts, one takes.
final class AnswerHandoff: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var end: Result<Void, any Error>?
        /// Waits for bytes, or for the end.
        var taker: CheckedContinuation<Void, Never>?
        /// Waits for room.
        var putter: CheckedContinuation<Void, Never>?
        /// Counts what was put, so that whoever keeps the stream alive knows whether it was silent.
        var puts = 0
    }

    private let state = Mutex(State())

    /// Bytes that wait to be taken before whoever brings more has to wait.
    static let bytesMax = 64 << 10

    /// Brings more of the answer; waits while too much has not been taken.
    ///
    /// - Throws: `CancellationError`.
    func put(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        let taker = state.withLock { state in
            state.bytes += bytes
            state.puts += 1
            return state.taker.take()
        }
        taker?.resume()
        try await waitForRoom()
    }

    /// Brings something that only counts while there is nothing else, and never waits.
    func putWhenEmpty(_ bytes: [UInt8]) {
        let taker = state.withLock { state in
            guard state.bytes.isEmpty, state.end == nil else { return CheckedContinuation<Void, Never>?.none }
            state.bytes = bytes
            return state.taker.take()
        }
        taker?.resume()
    }

    /// Ends the answer; `nil` when it is whole.
    func finish(_ failure: (any Error)? = nil) {
        let taker = state.withLock { state in
            if state.end == nil { state.end = failure.map { .failure($0) } ?? .success(()) }
            return state.taker.take()
        }
        taker?.resume()
    }

    /// How often something was put.
    var puts: Int { state.withLock { $0.puts } }

    /// What has come; waits for something.
    ///
    /// - Returns: `nil` at the end of a whole answer.
    /// - Throws: what the answer failed with, behind all that came before; `CancellationError`.
    func next() async throws -> [UInt8]? {
        while true {
            try Task.checkCancellation()
            var putter: CheckedContinuation<Void, Never>?
            let (bytes, end) = state.withLock { state in
                let bytes = state.bytes
                state.bytes = []
                putter = state.putter.take()
                return (bytes, state.end)
            }
            putter?.resume()
            if !bytes.isEmpty { return bytes }
            if let end {
                try end.get()
                return nil
            }
            await waitForBytes()
        }
    }

    private func waitForBytes() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    guard state.bytes.isEmpty, state.end == nil, !Task.isCancelled else { return true }
                    state.taker = continuation
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.taker.take() }?.resume()
        }
    }

    private func waitForRoom() async throws {
        while state.withLock({ $0.bytes.count > Self.bytesMax }) {
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isThere = state.withLock { state in
                        guard state.bytes.count > Self.bytesMax, !Task.isCancelled else { return true }
                        state.putter = continuation
                        return false
                    }
                    if isThere { continuation.resume() }
                }
            } onCancel: {
                state.withLock { $0.putter.take() }?.resume()
            }
        }
        try Task.checkCancellation()
    }
}
