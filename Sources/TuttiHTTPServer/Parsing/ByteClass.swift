/// Which bytes may stand where, as bits of a table.
enum ByteClass {
    private static let tokenBit: UInt8 = 1
    private static let valueBit: UInt8 = 2
    private static let targetBit: UInt8 = 4
    private static let hostBit: UInt8 = 8

    /// RFC 9110, 5.6.2: `tchar`, of which methods and names of fields are made.
    static func isToken(_ byte: UInt8) -> Bool { table[Int(byte)] & tokenBit != 0 }

    /// RFC 9110, 5.5: a visible character, blank, tab or a byte above ASCII. Control bytes, NUL, CR and LF are none.
    static func isValue(_ byte: UInt8) -> Bool { table[Int(byte)] & valueBit != 0 }

    /// Visible ASCII without `#`, since a target has no fragment (RFC 9112, 3.2). More than RFC 3986 allows, as callers
    /// send `|` and `"` unencoded, and no two readers differ about them.
    static func isTarget(_ byte: UInt8) -> Bool { table[Int(byte)] & targetBit != 0 }

    /// What RFC 3986, 3.2.2 allows in a host, without the comma, and the port's colon.
    static func isHost(_ byte: UInt8) -> Bool { table[Int(byte)] & hostBit != 0 }

    private static let table: [UInt8] = (0...255).map { number in
        let byte = UInt8(number)
        var bits: UInt8 = 0
        if tokens.contains(byte) { bits |= tokenBit }
        if byte == 0x09 || (byte >= 0x20 && byte != 0x7f) { bits |= valueBit }
        if byte > 0x20, byte < 0x7f, byte != UInt8(ascii: "#") { bits |= targetBit }
        if hosts.contains(byte) { bits |= hostBit }
        return bits
    }

    private static let hosts = Set(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~!$&'()*+;=:[]%".utf8)

    private static let tokens = Set(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
}
