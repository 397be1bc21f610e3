import TuttiHTTP

/// One request in hand, until its answer is complete. Belongs to its connection.
struct Exchange {
    let number: UInt64
    let head: RequestHead
    let plan: RequestPlan
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

    init(number: UInt64, head: RequestHead, plan: RequestPlan) {
        self.number = number
        self.head = head
        self.plan = plan
        owesContinue = head.expectsContinue && head.framing != .none
    }

    /// Whether the rest of the body may be read and thrown away, so that another request can follow. Who waits to be
    /// told to go on may or may not send it, so there is no telling.
    func mayDiscardBody(_ limits: HTTPServerLimits) -> Bool {
        guard bodyError == nil, !isGone, !owesContinue else { return false }
        if case .length(let length) = head.framing { return length - bodyCount <= limits.discardMax }
        return true
    }
}

/// The WebSocket that a connection has become.
struct OpenWebSocket {
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
