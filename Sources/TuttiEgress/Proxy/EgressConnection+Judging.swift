import Glibc
import TuttiRuntime

/// From the first byte to the connection to the server.
extension EgressConnection {
    func readHead() {
        var chunk: [UInt8] = []
        switch StreamSocket.receive(client, &chunk) {
        case .count:
            // Looking again at the last three bytes finds an end that came in pieces.
            let seen = max(0, head.count - 3)
            head += chunk
            if let end = ProxyFields.end(of: head[seen...]) {
                let rest = head[end...]
                guard end <= context.limits.headBytes else { return refuse(.headTooLarge) }
                begin(ProxyRequest.read(head[..<end]), rest)
            } else if head.count > context.limits.headBytes {
                refuse(.headTooLarge)
            } else if head.contains(0) {
                refuse(.badRequest("the head has a byte that is zero"))
            }
        case .later: break
        case .end where !head.isEmpty: refuse(.badRequest("the head of the request is not complete"))
        case .end, .failed: end(nil)
        }
    }

    private func begin(_ result: Result<ProxyRequest, EgressRefusal>, _ rest: ArraySlice<UInt8>) {
        switch result {
        case .failure(let refusal): refuse(refusal)
        case .success(let request):
            self.request = request
            head = Array(rest)
            judge(request)
        }
    }

    private func judge(_ request: ProxyRequest) {
        let target = request.target
        switch context.policy.judge(host: target.host, port: target.port, method: request.method) {
        case .refused(let refusal): refuse(refusal)
        case .candidates(let candidates):
            self.candidates = candidates
            switch target.host {
            case .address(let address): judge([address])
            case .name(let name):
                phase = .resolving
                phaseEnd = context.now + context.limits.resolveTime
                context.lookups.start(name, for: number)
            }
        }
    }

    /// The name leads to these addresses. From here on there is no name any more.
    func resolved(_ found: [NetworkAddress]) {
        guard case .resolving = phase else { return }
        judge(found)
    }

    private func judge(_ found: [NetworkAddress]) {
        guard let request else { return }
        switch context.policy.judge(found, port: request.target.port, candidates: candidates) {
        case .failure(let refusal): refuse(refusal)
        case .success(let index):
            rule = context.policy.rules[index]
            address = found.first
            addresses = found.prefix(Self.triesMax)
            tell(.decided, nil)
            phaseEnd = context.now + context.limits.connectTime
            connectToNext()
        }
    }

    private func connectToNext() {
        guard let request else { return }
        phase = .connecting
        while let next = addresses.popFirst() {
            address = next
            freeReserve()
            switch context.connector.connect(to: next, port: request.target.port) {
            case .success(let socket):
                upstream = socket
                return
            case .failure(let fault) where fault.isShortage: return fail(.noDescriptors)
            case .failure: continue
            }
        }
        fail(.unreachable)
    }

    func connected() {
        guard StreamSocket.error(of: upstream) == 0 else {
            closeUpstream()
            return connectToNext()
        }
        phase = .relaying
        phaseEnd = nil
        startRelaying()
    }

    private func startRelaying() {
        guard let request else { return }
        let early = head[...]
        head = []
        if request.isTunnel {
            down.queue.append("HTTP/1.1 200 Connection established\r\n\r\n".utf8)
            if rule?.checksServerName ?? true { greeting = [] }
        } else {
            body = RequestBodyFilter(request.framing)
            answer = AnswerHeadFilter(bytesMax: context.limits.headBytes)
            let forwarded = request.forwarded
            up.queue.append(forwarded)
            guard countUp(forwarded.count) else { return end(.bytesUp) }
        }
        take(early)
        sendDown()
        settle()
    }

    // MARK: Refusing

    /// Answers a request that does not get out, or whose head never came.
    func refuse(_ refusal: EgressRefusal) {
        tell(.decided, refusal)
        say(refusal)
    }

    /// Answers one that was allowed and came to nothing.
    func fail(_ refusal: EgressRefusal) {
        tell(.ended, refusal)
        say(refusal)
    }

    func say(_ refusal: EgressRefusal) {
        if case .resolving = phase { context.lookups.cancel(number) }
        closeUpstream()
        freeReserve()
        down.queue.removeAll()
        down.queue.append(RefusalText.answer(to: refusal, target: request?.target, method: request?.method))
        phase = .answering
        phaseEnd = context.now + Self.lingerTime
        sendAnswer()
    }

    func sendAnswer() {
        sendDown()
        guard case .answering = phase, down.queue.isEmpty else { return }
        startLingering()
    }

    /// A socket that is closed with unread bytes resets what stands behind it, and the answer would be lost.
    func startLingering() {
        closeUpstream()
        StreamSocket.endSending(client)
        phase = .lingering
        phaseEnd = context.now + Self.lingerTime
    }

    func linger() {
        var chunk: [UInt8] = []
        switch StreamSocket.receive(client, &chunk) {
        case .count(let count):
            lingered += count
            if lingered > Self.lingerBytesMax { closeBoth() }
        case .later: break
        case .end, .failed: closeBoth()
        }
    }

    // MARK: Telling

    /// - Parameter refusal: `nil` when all is well.
    func tell(_ kind: EgressEvent.Kind, _ refusal: EgressRefusal?) {
        let isAllowed = rule != nil && (kind == .ended || refusal == nil)
        context.tell(
            EgressEvent(
                kind: kind, request: number, host: request?.target.host.description, port: request?.target.port,
                method: request?.method, isAllowed: isAllowed,
                reason: refusal?.code ?? (kind == .decided ? "allowed" : "completed"),
                rule: rule?.host.description, address: address?.description, bytesUp: up.count, bytesDown: down.count,
                duration: context.now - started))
    }
}
