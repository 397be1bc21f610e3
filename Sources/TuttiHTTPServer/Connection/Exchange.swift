import TuttiHTTP

/// What an answer has to know of its request.
struct Asked: Sendable {
    /// Whether an answer to it has no body (RFC 9110, 9.3.2).
    var isHead = false
    /// Of HTTP/1.
    var minorVersion = 1
}

/// One request in hand, until its answer is complete. Belongs to its connection; a class, since whatever happens to a
/// connection touches a part of it, and copies of all would cost more than what is done.
final class Exchange {
    let number: UInt64
    let asked: Asked
    let bodyFraming: RequestHead.Framing
    let plan: RequestPlan
    /// Until the handler is started.
    var request: ServerRequest?
    var task: Task<Void, Never>?

    /// Bytes of the body that wait to be read.
    var unread: [UInt8] = []
    /// How many bytes of the body have come.
    var bodyCount = 0
    var isBodyComplete = false
    /// Why no more of the body can be read.
    var bodyError: HTTPServerError?
    var bodyWaiter: Waiter<[UInt8]?>?
    /// Whether the caller is told to go on as soon as somebody reads.
    var owesContinue: Bool

    /// How the body of the answer is framed, as soon as its head is written.
    var framing: ResponseHead.Framing?
    /// Bytes of the answer's body that are still to be written, when their number was said.
    var lengthLeft = 0
    /// Bytes that have been written without making way for others.
    var writtenInTurn = 0
    var writers: [Waiter<Void>] = []
    var following: Following?
    /// Whether the caller has left, or nothing is to be sent any more.
    var isGone = false

    var webSocket: OpenWebSocket?

    /// The broadcast that is followed.
    struct Following {
        let broadcast: Broadcast
        let waiter: Waiter<FollowEnd?>
    }

    init(number: UInt64, head: RequestHead, request: ServerRequest, plan: RequestPlan) {
        self.number = number
        asked = Asked(isHead: head.method == .head, minorVersion: head.minorVersion)
        bodyFraming = head.framing
        self.request = request
        self.plan = plan
        owesContinue = head.expectsContinue && head.framing != .none
    }

    /// Whether the rest of the body may be read and thrown away, so that another request can follow. Who waits to be
    /// told to go on may or may not send it, so there is no telling.
    func mayDiscardBody(_ limits: HTTPServerLimits) -> Bool {
        guard bodyError == nil, !isGone, !owesContinue else { return false }
        if case .length(let length) = bodyFraming { return length - bodyCount <= limits.discardMax }
        return true
    }
}

/// The WebSocket that a connection has become. Belongs to its connection.
final class OpenWebSocket {
    var machine: WebSocketMachine
    let messageSizeMax: Int
    var unreceived: [WebSocketMessage] = []
    var unreceivedBytes = 0
    /// Whether no message comes any more.
    var isEnded = false
    /// Whether both sides have said goodbye.
    var isFinished = false
    var receiver: Waiter<WebSocketMessage?>?
    var closers: [Waiter<Void>] = []

    init(machine: WebSocketMachine, messageSizeMax: Int) {
        self.machine = machine
        self.messageSizeMax = messageSizeMax
    }

    /// Whether more may be taken from the socket.
    func hasRoom(_ limits: HTTPServerLimits) -> Bool {
        isEnded || (unreceived.count < limits.unreceivedMessagesMax && unreceivedBytes <= messageSizeMax)
    }
}
