import CTestTLS
import Glibc

/// One connection in the hands of a test's script, on its thread; plain or inside of TLS. Closed when it is dropped.
@safe
package final class RawConnection {
    private let socket: Int32
    private var session: UnsafeMutableRawPointer?
    private var unread: [UInt8] = []
    private var isOpen = true

    package init(_ socket: Int32) {
        self.socket = socket
        unsafe session = nil
    }

    deinit { end() }

    /// Shakes hands as a server; false when the client does not want to.
    package func startTLS(_ certificate: TestCertificate, protocol chosen: String? = nil) -> Bool {
        unsafe session = CTestTLS_accept(socket, certificate.file, certificate.keyFile, chosen)
        return unsafe session != nil
    }

    /// The head of a request up to its empty line; nil when the client has gone.
    package func readHead() -> String? {
        let mark = Array("\r\n\r\n".utf8)
        while true {
            if let end = unread.firstRange(of: mark)?.upperBound {
                defer { unread.removeFirst(end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            guard readMore() else { return nil }
        }
    }

    package func readBytes(_ count: Int) -> [UInt8]? {
        while unread.count < count { guard readMore() else { return nil } }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    /// Waits until the client has closed its side.
    package func waitForClose() { while readMore() {} }

    /// False when the client has gone.
    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        guard isOpen else { return false }  // the descriptor may be another connection's by now
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                if let session = unsafe session {
                    return Int(unsafe CTestTLS_write(session, start, Int32(buffer.count)))
                }
                return unsafe Glibc.send(socket, start, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Ends the connection; `politely` tells a TLS peer so.
    package func end(politely: Bool = true) {
        guard isOpen else { return }
        isOpen = false
        if let session = unsafe session { unsafe CTestTLS_end(session, politely ? 1 : 0) }
        close(socket)
    }

    /// Says that nothing more is sent, and goes on reading.
    package func endSending() {
        if isOpen { shutdown(socket, Int32(SHUT_WR)) }
    }

    /// Ends the connection by a reset.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        end(politely: false)
    }

    private func readMore() -> Bool {
        guard isOpen else { return false }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = unsafe buffer.withUnsafeMutableBytes { buffer -> Int in
            guard let start = buffer.baseAddress else { return 0 }
            if let session = unsafe session { return Int(unsafe CTestTLS_read(session, start, Int32(buffer.count))) }
            return unsafe recv(socket, start, buffer.count, 0)
        }
        guard count > 0 else { return false }
        unread += buffer[..<count]
        return true
    }
}

/// A certificate for one host, in a folder of its own.
package struct TestCertificate {
    package let file: String
    package let keyFile: String

    package init(for host: String) {
        var template = Array("/tmp/tutti-http-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template) != nil
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        (file, keyFile) = (folder + "/certificate.pem", folder + "/key.pem")
        precondition(
            unsafe made && CTestTLS_makeCertificate(host, file, keyFile) == 0, "a test certificate cannot be made")
    }

    package func remove() {
        _ = unsafe unlink(file)
        _ = unsafe unlink(keyFile)
        _ = unsafe rmdir(String(file.dropLast("/certificate.pem".count)))
    }
}
