import CTuttiWeb
import TuttiServer

extension WebAssets {
    /// The dashboard that is part of this program.
    static var embedded: WebAssets {
        let files = (0..<CTuttiWeb_count()).map { index in
            let file = unsafe CTuttiWeb_at(index).pointee
            return (
                path: unsafe String(cString: file.path),
                bytes: unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
            )
        }
        return WebAssets(embedded: files)
    }
}
