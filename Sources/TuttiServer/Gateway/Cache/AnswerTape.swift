import Synchronization
import TuttiGateway

/// Takes down an answer on its way to the client, up to the size that is kept.
final class AnswerTape: Sendable {
    private let taken = Mutex<[UInt8]?>([])

    func add(_ bytes: [UInt8]) {
        taken.withLock { taken in
            guard let count = taken?.count else { return }
            guard count + bytes.count <= AnswerLimits.answerBytesMax else {
                taken = nil
                return
            }
            if count == 0 { taken = bytes } else { taken?.append(contentsOf: bytes) }
        }
    }

    /// The whole answer; `nil` for one that is too large, or empty.
    var bytes: [UInt8]? {
        guard let taken = taken.withLock({ $0 }), !taken.isEmpty else { return nil }
        // What is taken down has room for up to as much again, which would be kept along.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(taken.count)
        bytes += taken
        return bytes
    }
}
