import CZlib

/// Compression as browsers take it (RFC 1952).
enum Gzip {
    /// - Returns: `nil` when it would not be smaller.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = unsafe z_stream()
        // 15 bits of window, and 16 for the frame of gzip; the best compression, since it is done once.
        let begun = unsafe CZlib_deflateInit2(&stream, Z_BEST_COMPRESSION, 15 + 16)
        guard begun == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(unsafe deflateBound(&stream, UInt(bytes.count))))
        var input = bytes
        let status = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                return unsafe deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { return nil }
        output.removeLast(Int(unsafe stream.avail_out))
        return output.count < bytes.count ? output : nil
    }
}
