/// What names a request in logs and answers: `req_` and 26 digits of base 32.
enum RequestName {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func make(using source: inout some RandomNumberGenerator) -> String {
        var bytes = Array("req_".utf8)
        bytes.reserveCapacity(30)
        for _ in 0..<2 {
            let number = source.next()
            for place: UInt64 in 0...12 {
                bytes.append(digits[Int(number >> (60 - 5 * place) & 31)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
