import Glibc

/// Bytes between a program and a server that it may speak to.
extension EgressConnection {
    /// The alert by which TLS says that a name is not served here (RFC 8446, 6; RFC 6066, 3).
    private static let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 112]

    // MARK: From the program to the server

    func readUp(_ events: Int32) {
        guard wantsClientBytes else {
            if events & (POLLHUP | POLLERR) != 0 { clientIsDeaf() }
            return
        }
        var chunk: [UInt8] = []
        switch StreamSocket.receive(client, &chunk) {
        case .count: take(chunk[...])
        case .later: break
        case .end:
            up.isEnded = true
            if let greeting {
                guard greeting.isEmpty else { return end(.notTLS) }
                self.greeting = nil
            }
        case .failed:
            up.isEnded = true
            clientIsDeaf()
        }
    }

    /// Bytes of the program behind the head of its request.
    func take(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty, case .relaying = phase else { return }
        if var body {
            guard !body.isDone else { return }
            var isGood = true
            up.queue.append { isGood = body.take(bytes, into: &$0) }
            self.body = body
            guard countUp(bytes.count) else { return end(.bytesUp) }
            if !isGood { end(.badRequest("the chunks of the body are not of the grammar")) }
            return
        }
        guard countUp(bytes.count) else { return end(.bytesUp) }
        guard greeting != nil else { return up.queue.append(bytes) }
        greeting? += bytes
        checkGreeting()
    }

    private func checkGreeting() {
        guard let bytes = greeting, let host = request?.target.host else { return }
        switch ClientHello.read(bytes[...]) {
        case .more: return
        case .unreadable: return refuseTunnel(.notTLS)
        case .server(let name):
            let isRight =
                switch host {
                case .name(let asked): name.flatMap { EgressHost($0) } == .name(asked)
                case .address: name == nil
                }
            guard isRight else { return refuseTunnel(.serverName) }
            greeting = nil
            up.queue.append(bytes)
        }
    }

    /// The tunnel was made, and is not for what it was asked for.
    private func refuseTunnel(_ refusal: EgressRefusal) {
        rule = nil
        tell(.decided, refusal)
        if refusal == .serverName, down.count == 0 { down.queue.append(Self.alert) }
        up.queue.removeAll()
        closeUpstream()
        phase = .answering
        phaseEnd = context.now + Self.lingerTime
        sendAnswer()
    }

    func sendUp() {
        while !up.queue.isEmpty {
            switch StreamSocket.send(upstream, up.queue.unsent) {
            case .count(let count): up.queue.consume(count)
            case .later: return
            case .end, .failed:
                // It hears no more, and may still have something to say, such as why.
                up.queue.removeAll()
                up.isEnded = true
                up.isShut = true
                return
            }
        }
    }

    func countUp(_ count: Int) -> Bool {
        up.count += count
        return context.countUp(count) && up.count <= context.limits.bytesUp
    }

    // MARK: From the server to the program

    func readDown() {
        var chunk: [UInt8] = []
        switch StreamSocket.receive(upstream, &chunk) {
        case .count(let count):
            down.count += count
            guard context.countDown(count), down.count <= context.limits.bytesDown else { return end(.bytesDown) }
            guard var answer else { return down.queue.append(chunk) }
            var isGood = true
            down.queue.append { isGood = answer.take(chunk[...], into: &$0) }
            self.answer = answer
            if !isGood { fail(.badAnswer) }
        case .later: break
        case .end:
            down.isEnded = true
            if let answer, !answer.isDone { fail(.badAnswer) }
        case .failed:
            if let answer, !answer.isDone { return fail(.upstreamCut) }
            ending = .upstreamCut
            down.isEnded = true
            up.queue.removeAll()
            up.isEnded = true
            up.isShut = true
        }
    }

    func sendDown() {
        while !down.queue.isEmpty {
            switch StreamSocket.send(client, down.queue.unsent) {
            case .count(let count): down.queue.consume(count)
            case .later: return
            case .end, .failed: return clientIsDeaf()
            }
        }
    }

    // MARK: Ends

    /// The program reads no more. What it has sent into a tunnel still goes out; a request without a reader does not.
    func clientIsDeaf() {
        guard case .relaying = phase else { return end(nil) }
        if body != nil { return end(answer?.isDone == true ? nil : .clientLeft) }
        hasClientLeft = true
        down.queue.removeAll()
        down.isEnded = true
        down.isShut = true
    }

    /// Passes ends on, and ends what has ended on both sides.
    func settle() {
        guard case .relaying = phase else { return }
        if hasClientLeft, up.isEnded, up.queue.isEmpty { return end(nil) }
        if let body, !body.isDone, up.isEnded, !up.isShut { return end(.clientLeft) }
        if up.isEnded, up.queue.isEmpty, !up.isShut, body == nil {
            up.isShut = true
            StreamSocket.endSending(upstream)
        }
        guard down.isEnded, down.queue.isEmpty else { return }
        if body != nil || ending != nil {
            tell(.ended, ending)
            return startLingering()
        }
        if !down.isShut {
            down.isShut = true
            StreamSocket.endSending(client)
        }
        if up.isShut { end(nil) }
    }

    /// Cuts the connection, and tells of it when it was allowed and its end has not been told.
    func end(_ refusal: EgressRefusal?) {
        switch phase {
        case .closed: return
        case .connecting, .relaying: tell(.ended, refusal)
        case .resolving:
            context.lookups.cancel(number)
            tell(.decided, refusal)
        case .head: if let refusal, !head.isEmpty { tell(.decided, refusal) }
        case .answering, .lingering: break
        }
        closeBoth()
    }
}
