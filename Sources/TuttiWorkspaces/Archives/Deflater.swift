import CZlib

/// Compresses bytes that come in pieces (RFC 1951), or in the frame of gzip (RFC 1952) without time and name, so that
/// the same bytes are compressed to the same.
@safe final class Deflater {
    enum Frame {
        case none, gzip
    }

    // Owned by zlib until `deinit`; never moved, as zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>
    private static let outputSize = 64 << 10

    init(_ frame: Frame) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window; below 0 for no frame, and 16 more for gzip's.
        let status = unsafe CZlib_deflateInit2(stream, Z_DEFAULT_COMPRESSION, frame == .none ? -15 : 15 + 16)
        precondition(status == Z_OK, "zlib begins unless memory has ended")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Begins anew.
    func reset() { unsafe deflateReset(stream) }

    /// Compresses bytes, and adds what comes of it.
    ///
    /// - Parameter isLast: whether the stream is to be ended.
    func compress(_ bytes: [UInt8], isLast: Bool, into output: inout [UInt8]) {
        var input = bytes
        unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe stream.pointee.next_in = source.baseAddress
            unsafe stream.pointee.avail_in = UInt32(source.count)
            while true {
                let (piece, isFull) = step(isLast)
                output += piece
                if !isFull { return }
            }
        }
    }

    /// - Returns: what has come out, and whether there may be more.
    private func step(_ isLast: Bool) -> (piece: [UInt8], isFull: Bool) {
        var status = Z_OK
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: Self.outputSize) { target, count in
            unsafe stream.pointee.next_out = target.baseAddress
            unsafe stream.pointee.avail_out = UInt32(target.count)
            status = unsafe deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
            count = unsafe target.count - Int(stream.pointee.avail_out)
        }
        precondition(status != Z_STREAM_ERROR, "zlib has been asked for what it cannot do")
        return (piece, piece.count == Self.outputSize && status != Z_STREAM_END)
    }
}
