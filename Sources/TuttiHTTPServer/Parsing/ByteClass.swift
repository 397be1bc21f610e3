/// Which bytes may stand where. Each is decided by comparisons with constants: every byte of every head comes by here.
enum ByteClass {
    /// RFC 9110, 5.6.2: `tchar`, of which methods and names of fields are made.
    static func isToken(_ byte: UInt8) -> Bool { isIn(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe, byte) }

    /// RFC 9110, 5.5: a visible character, blank, tab or a byte above ASCII. Control bytes, NUL, CR and LF are none.
    static func isValue(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == 0x09 }

    /// Visible ASCII without `#`, since a target has no fragment (RFC 9112, 3.2). More than RFC 3986 allows, as callers
    /// send `|` and `"` unencoded, and no two readers differ about them.
    static func isTarget(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "#") }

    /// What RFC 3986, 3.2.2 allows in a host, without the comma, and the port's colon.
    static func isHost(_ byte: UInt8) -> Bool { isIn(low: 0x2fff_6ff2_0000_0000, high: 0x47ff_fffe_afff_fffe, byte) }

    /// A bit for each character of ASCII: of `low` for those below 64, of `high` for the others.
    private static func isIn(low: UInt64, high: UInt64, _ byte: UInt8) -> Bool {
        byte < 128 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
    }
}
