/// Beginnings for a program that has no files beside it: one of each kind is enough for hours of mutations.
package enum BuiltInCorpus {
    package static let requests: [[UInt8]] = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST /a?b HTTP/1.1\r\nHost: a:80\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0\r\nX-A: b\r\n\r\n",
        "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET http://a/b HTTP/1.1\r\nHost: a\r\nX-A:\t b \r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: [::1]\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close, x\r\n\r\nab",
    ].map { Array($0.utf8) }

    package static let frames: [[UInt8]] = [
        [0x81, 0x85, 1, 2, 3, 4, 0x69, 0x67, 0x6f, 0x68, 0x6e], [0x82, 0x80, 0, 0, 0, 0], [0x89, 0x81, 0, 0, 0, 0, 1],
        [0x01, 0x81, 0, 0, 0, 0, 0xc3, 0x80, 0x81, 0, 0, 0, 0, 0xa4], [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8],
        [0x82, 0xfe, 0, 126, 0, 0, 0, 0] + [UInt8](repeating: 5, count: 126), [0x8a, 0x80, 9, 9, 9, 9],
        [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    ]
}
