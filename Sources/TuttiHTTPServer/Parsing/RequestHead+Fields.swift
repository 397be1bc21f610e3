import TuttiHTTP

/// What the fields say of the message itself.
extension RequestHead {
    /// Counts of fields that may be there once.
    private struct Found {
        var host: String?
        var hosts = 0
        var length: String?
        var lengths = 0
        var coding: String?
        var codings = 0
    }

    /// Reads them, and gives what is wrong with them.
    mutating func readFields() -> HTTPServerError? {
        var found = Found()
        keepsAlive = minorVersion == 1
        for field in headers.fields {
            if let error = read(field, &found) { return error }
        }
        if let error = readHost(found) ?? readFraming(found) { return error }
        // RFC 9112, 3.2.2: the authority of an absolute target replaces what Host says.
        if let authority = target.authority { headers.set("Host", to: authority) }
        return nil
    }

    private mutating func read(_ field: HTTPHeaders.Field, _ found: inout Found) -> HTTPServerError? {
        switch field.name.utf8.count {
        case 4 where HTTPHeaders.areEqual(field.name, "host"):
            found.host = field.value
            found.hosts += 1
        case 6 where HTTPHeaders.areEqual(field.name, "expect"):
            // RFC 9110, 10.1.1: an expectation in a request of HTTP/1.0 is to be ignored.
            guard minorVersion == 1 else { return nil }
            guard HTTPHeaders.areEqual(field.value, "100-continue") else { return .unknownExpectation }
            expectsContinue = true
        case 10 where HTTPHeaders.areEqual(field.name, "connection"): readConnection(field.value)
        case 14 where HTTPHeaders.areEqual(field.name, "content-length"):
            found.length = field.value
            found.lengths += 1
        case 17 where HTTPHeaders.areEqual(field.name, "transfer-encoding"):
            found.coding = field.value
            found.codings += 1
        default: break
        }
        return nil
    }

    /// RFC 9112, 9.3: `close` wins, also over a `keep-alive` beside it.
    private mutating func readConnection(_ value: String) {
        if HTTPHeaders.areEqual(value, "keep-alive") {
            if !headers.hasToken("close", of: "Connection") { keepsAlive = true }
            return
        }
        let options = HTTPHeaders([HTTPHeaders.Field(name: "Connection", value: value)])
        if options.hasToken("close", of: "Connection") {
            keepsAlive = false
        } else if options.hasToken("keep-alive", of: "Connection"), !headers.hasToken("close", of: "Connection") {
            keepsAlive = true
        }
    }

    /// RFC 9112, 3.2: a request of HTTP/1.1 without Host, and any with more than one or one that is no host, is
    /// answered with 400.
    private func readHost(_ found: Found) -> HTTPServerError? {
        guard found.hosts <= 1, found.hosts == 1 || minorVersion == 0 else {
            return .badRequest("a request has one field Host, and this one has \(found.hosts)")
        }
        guard found.host.map(HostField.isValid) ?? true else {
            return .badRequest("the field Host is no name or address with or without a port")
        }
        return nil
    }

    private mutating func readFraming(_ found: Found) -> HTTPServerError? {
        guard let coding = found.coding else { return readLength(found) }
        // RFC 9112, 6.1: a server may refuse a request with both, and one of HTTP/1.0 with a coding is faulty framing.
        guard found.lengths == 0 else {
            return .badRequest("the request has both Content-Length and Transfer-Encoding")
        }
        guard minorVersion == 1 else { return .badRequest("a request of HTTP/1.0 has no Transfer-Encoding") }
        guard found.codings == 1 else { return .badRequest("the request has more than one field Transfer-Encoding") }
        if HTTPHeaders.areEqual(coding, "chunked") {
            framing = .chunked
            return nil
        }
        // RFC 9112, 6.3: when chunked is not the last coding the length cannot be known, and 400 is a must.
        let codings = headers.tokens(of: "Transfer-Encoding")
        guard let last = codings.last, HTTPHeaders.areEqual(last, "chunked"), codings.count > 1,
            !codings.dropLast().contains(where: { HTTPHeaders.areEqual($0, "chunked") })
        else { return .badRequest("the last transfer coding is not chunked, or is it more than once") }
        return .unknownCoding  // RFC 9112, 6.1: a coding that is not understood is answered with 501
    }

    /// RFC 9110, 8.6: digits alone. Several lengths, even the same one twice, may be refused, and are.
    private mutating func readLength(_ found: Found) -> HTTPServerError? {
        guard let length = found.length else { return nil }
        guard found.lengths == 1 else { return .badRequest("the request has more than one field Content-Length") }
        let digits = length.utf8
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return .badRequest("the field Content-Length is no number")
        }
        // A number that no body has, and short enough that no sum of such numbers can overflow.
        guard digits.count <= 15, let number = Int(length) else {
            return .badRequest("the field Content-Length has more than 15 digits")
        }
        framing = number == 0 ? .none : .length(number)
        return nil
    }
}
