import CTuttiWeb
import TuttiServer

extension WebAssets {
    /// The dashboard that is part of this program.
    static var embedded: WebAssets {
        WebAssets(
            embedded: (0..<CTuttiWeb_count()).map { index in
                (path: unsafe String(cString: CTuttiWeb_at(index).pointee.path), bytes: { bytes(of: index) })
            })
    }

    private static func bytes(of index: Int) -> [UInt8] {
        let file = unsafe CTuttiWeb_at(index).pointee
        return unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}
