/// Looks again at connections that several calls may share, when nothing has come from them for a while.
///
/// Over HTTP/2 libcurl reads the frames of all streams while it serves one of them, and does not always come back to
/// the others whose frames it has by then (seen with 7.88: of 50 calls on one connection that were answered at one
/// time, some waited for ever in one of three runs). The socket tells nothing any more, as it has been read. Being told
/// once more that it is readable has libcurl serve its streams; now and then it takes more than one time, so a
/// connection is looked at again and again, more and more seldom, as long as there are calls.
struct SecondLook {
    /// How long a connection is silent before it is looked at again; the next time is twice as far away.
    static let delayFirst: Duration = .milliseconds(5)
    /// How far apart looks are at the most.
    static let delayMax: Duration = .seconds(1)

    /// When to look; `nil` while there is nothing to be looked at.
    private(set) var due: Duration?
    private var delay = Self.delayFirst
    private var stirred: Set<Int32> = []
    /// Calls at work over TLS: without it there is no HTTP/2.
    private var count = 0

    mutating func begin() { count += 1 }

    mutating func end() {
        count -= 1
        if count == 0 { (due, stirred) = (nil, []) }
    }

    /// Something has come from a socket, or may have come while a call began on it.
    mutating func stir(_ socket: Int32, at now: Duration) {
        guard count > 0 else { return }
        stirred.insert(socket)
        delay = Self.delayFirst
        due = now + delay
    }

    /// It is closed, and its number may be another's soon.
    mutating func forget(_ socket: Int32) { stirred.remove(socket) }

    /// The sockets to look at now.
    mutating func takeDue(at now: Duration) -> Set<Int32> {
        guard let due, due <= now else { return [] }
        delay = min(delay * 2, Self.delayMax)
        self.due = stirred.isEmpty ? nil : now + delay
        return stirred
    }
}
