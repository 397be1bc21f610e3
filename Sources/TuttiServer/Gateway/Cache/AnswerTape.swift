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
    var bytes: [UInt8]? { taken.withLock { $0?.isEmpty == false ? $0 : nil } }
}
