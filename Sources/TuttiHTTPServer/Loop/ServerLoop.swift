import Glibc
import Synchronization
import TuttiCore
import TuttiHTTP
import TuttiRuntime

/// One thread that waits for sockets and carries out tasks: connections are actors on it, and handlers run there
/// between its looks at the sockets, without a change of threads.
@safe
final class ServerLoop: EventLoop {
    let context: ServerContext
    let counters = LoopCounters()
    /// Carries out what connections do.
    let connectionExecutor = ConnectionExecutor()
    private let inbox = LoopInbox()
    private let thread = Atomic<UInt>(0)
    // Only the loop's thread touches it: everything that does is called by the loop or by an actor that it executes.
    nonisolated(unsafe) private let state: LoopState

    private static let inboxMark = UInt64.max
    static let listenerMark = UInt64.max - 1
    /// The marks of sources; a connection has none of them before its place was used four billion times.
    private static let sourceMarks = (UInt64.max - 65_536)...(UInt64.max - 2)
    /// How often work makes more work before the sockets are looked at again.
    private static let roundsMax = 16

    init(context: ServerContext) {
        self.context = context
        unsafe state = LoopState(now: context.clock.uptime())
        connectionExecutor.attach(to: self)
    }

    // MARK: Executor

    var isOnLoop: Bool { thread.load(ordering: .relaxed) == pthread_self() }

    func enqueue(_ job: consuming ExecutorJob) { add(.task(UnownedJob(job))) }

    func asUnownedTaskExecutor() -> UnownedTaskExecutor { unsafe UnownedTaskExecutor(ordinary: self) }

    /// Has something done on the loop, after what it has to do already.
    func perform(_ action: @escaping @Sendable () -> Void) { add(.action(action)) }

    /// Has something done on the loop as soon as nothing else is to be done there. To be called on the loop.
    func performWhenIdle(_ action: @escaping @Sendable () -> Void) { unsafe state.whenIdle.append(action) }

    func add(_ work: LoopWork) {
        if isOnLoop { return unsafe state.local.append(work) }
        guard !inbox.put(work) else { return }
        // The loop has ended, and somebody kept a writer for longer than its answer: its call still has to return.
        PosixThread.start(name: "tutti-http-late") { self.runLate(work) }
    }

    private static let late = Mutex(())

    private func runLate(_ work: LoopWork) {
        Self.late.withLock { _ in
            thread.store(pthread_self(), ordering: .relaxed)
            unsafe state.local.append(work)
            while unsafe !state.local.isEmpty || takeWhenIdle() { runLocal() }
            thread.store(0, ordering: .relaxed)
        }
    }

    // MARK: Rounds

    /// Works until it has been told to end and nothing is left. To be called on a thread of its own.
    func run() {
        thread.store(pthread_self(), ordering: .relaxed)
        precondition(unsafe state.poller.watchReadable(inbox.descriptor, mark: Self.inboxMark), "epoll has no room")
        while true {
            runWork()
            workForSources()
            flushAll()
            let isIdle = unsafe state.local.isEmpty && state.whenIdle.isEmpty
            if isIdle, isDone, inbox.end() { break }
            let limit = isIdle && inbox.fallAsleep() ? patience : .zero
            unsafe state.poller.look(waitingAtMost: limit) { mark, events in
                // Asked for the first of them: a look tells of many.
                take(mark, events)
            }
        }
        unsafe state.hasEnded = true
        endSources()
        // Who has waited for a source is told, though nobody counts it any more.
        while unsafe !state.local.isEmpty || takeWhenIdle() { runLocal() }
        thread.store(0, ordering: .relaxed)
    }

    private var isDone: Bool {
        unsafe state.isEnding && state.connections.count == 0 && state.taskCount == 0
    }

    private func runWork() {
        unsafe state.now = context.clock.uptime()
        unsafe inbox.take(into: &state.local)
        var rounds = 0
        while rounds < Self.roundsMax {
            if unsafe state.local.isEmpty, !takeWhenIdle() { return }
            runLocal()
            rounds += 1
        }
    }

    /// Puts what waits for a time without work in line; false when that is nothing.
    private func takeWhenIdle() -> Bool {
        guard unsafe !state.whenIdle.isEmpty else { return false }
        unsafe state.local += state.whenIdle.map { .action($0) }
        unsafe state.whenIdle = []
        return true
    }

    private func runLocal() {
        unsafe swap(&state.local, &state.running)
        let (connections, tasks) = unsafe (connectionExecutor.asUnownedSerialExecutor(), asUnownedTaskExecutor())
        for work in unsafe state.running {
            switch work {
            case .connection(let job): unsafe job.runSynchronously(isolatedTo: connections, taskExecutor: tasks)
            case .task(let job): unsafe job.runSynchronously(on: tasks)
            case .action(let action): action()
            }
        }
        unsafe state.running.removeAll(keepingCapacity: state.running.count <= 4096)
    }

    private func take(_ mark: UInt64, _ events: UInt32) {
        switch mark {
        case Self.inboxMark: inbox.hush()
        case Self.listenerMark: acceptAll()
        case Self.sourceMarks: unsafe state.sources.first { $0.mark == mark }?.source.take()
        default:
            guard let connection = unsafe state.connections[mark] else { return }
            connection.assumeIsolated { $0.take(events) }
        }
    }

    // MARK: Sources

    var isCurrent: Bool { unsafe isOnLoop && !state.hasEnded }

    func add(_ source: any EventSource) {
        // One that is used again may be told what was meant for the one before, which makes it look in vain once.
        let used = unsafe Set(state.sources.map(\.mark))
        guard let mark = Self.sourceMarks.first(where: { !used.contains($0) }) else {
            preconditionFailure("a loop works for \(Self.sourceMarks.count) sources at most")
        }
        precondition(unsafe state.poller.watchReadable(source.descriptor, mark: mark), "epoll has no room")
        unsafe state.sources.append((mark, source))
    }

    func remove(_ source: any EventSource) {
        unsafe state.poller.forget(source.descriptor)
        unsafe state.sources.removeAll { $0.source === source }
    }

    var sourceCount: Int { unsafe state.sources.count }

    private func workForSources() {
        for (_, source) in unsafe state.sources where source.patience == .zero { source.work() }
    }

    /// How long nothing needs to be done if nothing comes.
    private var patience: Duration? {
        var least: Duration?
        for (_, source) in unsafe state.sources {
            if let patience = source.patience { least = min(patience, least ?? patience) }
        }
        return least
    }

    private func endSources() {
        for (_, source) in unsafe state.sources { source.end() }
    }

    private func flushAll() {
        while unsafe !state.toBeFlushed.isEmpty {
            let connections = unsafe state.toBeFlushed
            unsafe state.toBeFlushed = []
            for connection in connections { connection.assumeIsolated { if $0.isToBeFlushed { $0.flush() } } }
        }
    }

    // MARK: For its connections

    /// The time of this round.
    var now: Duration { unsafe state.now }

    var inputSpace: UnsafeMutableRawBufferPointer { unsafe state.inputSpace }

    var outputSpace: UnsafeMutableRawBufferPointer { unsafe state.outputSpace }

    func flushLater(_ connection: Connection) { unsafe state.toBeFlushed.append(connection) }

    func taskBegan() { unsafe state.taskCount += 1 }

    func taskEnded() { unsafe state.taskCount -= 1 }

    /// The space for composing; to be given back before anybody else composes.
    func takeComposer() -> [UInt8] {
        var composer: [UInt8] = []
        unsafe swap(&composer, &state.composer)
        return composer
    }

    func giveBackComposer(_ composer: inout [UInt8]) {
        composer.removeAll(keepingCapacity: composer.capacity <= 64 << 10)
        unsafe swap(&composer, &state.composer)
    }

    /// `Date: …` with its line end (RFC 9110, 6.6.1), at most a second old.
    func dateField() -> [UInt8] {
        if unsafe state.dateDue <= state.now || state.dateField.isEmpty {
            let moment = context.clock.now()
            unsafe state.dateField = Array("Date: \(HTTPDate.text(moment))\r\n".utf8)
            unsafe state.dateDue = state.now + .milliseconds(1000 - moment.milliseconds % 1000)
        }
        return unsafe state.dateField
    }

    func remove(_ connection: Connection, at place: Int) {
        unsafe state.connections.remove(at: place)
        counters.connectionEnded()
    }

    // MARK: Followers

    func join(_ connection: Connection, to broadcast: Broadcast, from index: Int, behind place: Int64) {
        let key = ObjectIdentifier(broadcast)
        let group = unsafe state.groups[key] ?? FollowerGroup(broadcast)
        unsafe state.groups[key] = group
        group.add(connection, from: index, behind: place, now: now)
    }

    func leave(_ connection: Connection, _ broadcast: Broadcast) {
        let key = ObjectIdentifier(broadcast)
        guard let group = unsafe state.groups[key], group.remove(connection) else { return }
        unsafe state.groups[key] = nil
        broadcast.forget(self)
    }

    /// Writes what a broadcast has to all its followers here.
    func deliver(_ broadcast: Broadcast) {
        guard let group = unsafe state.groups[ObjectIdentifier(broadcast)] else { return broadcast.forget(self) }
        group.deliver(on: self)
    }

    // MARK: Connections

    /// Begins to accept, on this loop, for all.
    func accept(with acceptor: Acceptor) {
        unsafe state.acceptor = acceptor
        _ = unsafe state.poller.watchReadable(acceptor.listener, mark: Self.listenerMark)
    }

    func stopAccepting() {
        guard let acceptor = unsafe state.acceptor else { return }
        unsafe state.poller.forget(acceptor.listener)
        unsafe state.acceptor = nil
        acceptor.close()
    }

    private func acceptAll() {
        guard let acceptor = unsafe state.acceptor else { return }
        guard acceptor.acceptSome() else { return }
        // No descriptor and no memory is left: to be told of it again and again would help nobody.
        unsafe state.poller.forget(acceptor.listener)
        acceptor.isPaused = true
    }

    /// Serves a connection that was accepted for it; `refused` ones get their answer and nothing else.
    func adopt(_ socket: Int32, _ peer: PeerAddress, refused: Bool) {
        let connection = Connection(socket: socket, peer: peer, loop: self)
        let (place, mark) = unsafe state.connections.add(connection)
        guard unsafe state.poller.watchEdges(socket, mark: mark) else {
            unsafe state.connections.remove(at: place)
            counters.connectionEnded()
            close(socket)
            return
        }
        connection.assumeIsolated { connection in
            connection.place = place
            if refused {
                connection.refuse(.overloaded)
            } else {
                counters.connectionBegan()
                // It came while the server was told to end.
                if unsafe state.isEnding { connection.drain() }
            }
        }
    }

    // MARK: From outside

    /// Looks at every time limit; called about once a second.
    func tick() {
        unsafe state.now = context.clock.uptime()
        counters.came(now: now)
        if let acceptor = unsafe state.acceptor, acceptor.isPaused {
            acceptor.isPaused = false
            _ = unsafe state.poller.watchReadable(acceptor.listener, mark: Self.listenerMark)
        }
        for group in unsafe Array(state.groups.values) { group.beat(now: now) }
        for connection in unsafe state.connections.all { connection.assumeIsolated { $0.tick() } }
    }

    /// Begins nothing new, and ends as soon as nothing is in hand.
    func drain() {
        stopAccepting()
        unsafe state.isEnding = true
        for connection in unsafe state.connections.all { connection.assumeIsolated { $0.drain() } }
    }

    /// Ends everything.
    func stop() {
        drain()
        for connection in unsafe state.connections.all { connection.assumeIsolated { $0.abort() } }
    }
}
