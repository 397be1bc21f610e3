import CCurl
import CTuttiCurl
import Glibc
import TuttiRuntime

/// Carries out calls of one client on one thread, which alone touches libcurl's handles: on one that it has to itself,
/// or on an ``EventLoop`` between what else goes on there.
///
/// Not `Sendable`: it lives on its thread from ``run(_:_:_:_:)`` or ``join(_:_:_:_:_:whenEnded:)`` to its end.
@safe
final class TransferLoop: EventSource {
    private struct Waiting {
        let call: Call
        let clock: CallClock
    }

    private let mailbox: Mailbox
    private let configuration: HTTPClientConfiguration
    private let whenPaused: () -> Void
    private let multi: UnsafeMutableRawPointer
    private let share: SessionShare?
    private let handles = EasyHandles()
    private let time: any Timekeeper
    private var poller = Poller()
    private var admission: Admission
    private var deadlines = Deadlines()
    private var waiting: [UInt64: Waiting] = [:]
    private var transfers: [UInt64: Transfer] = [:]
    /// Who is to be woken at the end of the round.
    private var readers: [Call.Reader] = []
    private var timerDue: Duration?
    private var now: Duration
    /// When the sockets were last looked at.
    private var lastLook: Duration = .zero
    private var secondLook = SecondLook()
    private var host: Host?
    private lazy var hooks = Transfer.Hooks(
        now: { [unowned self] in now },
        clockChanged: { [unowned self] transfer in deadlines.set(transfer.call.id, transfer.clock.due) },
        wake: { [unowned self] reader in readers.append(reader) }, paused: whenPaused,
        explored: { [unowned self] transfer in
            admission.explored(transfer.call.id, at: transfer.call.request.url.origin, now: now)
        })

    /// Works until the mailbox is closed. To be called on a thread of its own.
    static func run(
        _ mailbox: Mailbox, _ configuration: HTTPClientConfiguration, _ time: any Timekeeper,
        _ whenPaused: @escaping () -> Void
    ) {
        let transfers = TransferLoop(mailbox, configuration, time, whenPaused)
        while transfers.turn() {}
        mailbox.tellEnd()
    }

    /// Works on a loop until the mailbox is closed or the loop ends. To be called on that loop.
    static func join(
        _ loop: any EventLoop, _ mailbox: Mailbox, _ configuration: HTTPClientConfiguration,
        _ time: any Timekeeper, _ whenPaused: @escaping () -> Void, whenEnded: @escaping () -> Void
    ) {
        let transfers = TransferLoop(mailbox, configuration, time, whenPaused)
        transfers.host = Host(loop: loop, whenEnded: whenEnded)
        loop.add(transfers)
    }

    private init(
        _ mailbox: Mailbox, _ configuration: HTTPClientConfiguration, _ time: any Timekeeper,
        _ whenPaused: @escaping () -> Void
    ) {
        Signals.block([SIGPIPE])  // a peer that closes is an error of a call, not the end of the process
        self.time = time
        self.mailbox = mailbox
        self.whenPaused = whenPaused
        self.configuration = configuration
        admission = Admission(
            callsMax: configuration.callsMax, callsPerHostMax: configuration.callsPerHostMax,
            waitingMax: configuration.waitingMax)
        now = time.uptime()
        _ = Self.library
        guard let multi = unsafe curl_multi_init() else { preconditionFailure("no memory is left for libcurl") }
        unsafe self.multi = multi
        share = SessionShare()
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()  // outlives the multi handle, see deinit
        _ = unsafe CTuttiCurl_setHooks(multi, hearOfSocket, hearOfTimer, context)
        _ = unsafe CTuttiCurl_setMultiNumber(
            multi, CURLMOPT_MAXCONNECTS.rawValue, max(1, configuration.connectionsKeptMax))
        poller.watch(mailbox.descriptor, for: Poller.readable)
    }

    deinit {
        precondition(transfers.isEmpty, "every transfer has been taken out of libcurl's hands")
        unsafe curl_multi_cleanup(multi)
    }

    /// Set up once in a process, and never taken down: others may use libcurl as well.
    private static let library = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    // MARK: Rounds

    /// One round on a thread that does nothing else: does what is asked for, waits, and takes what comes. False when
    /// the mailbox is closed, and all calls have ended.
    private func turn() -> Bool {
        guard takeMail() else { return false }
        endExpired()
        startNext()
        wakeReaders()
        keepApart()
        takeEvents(waitingAtMost: waitingTime())
        return true
    }

    private func takeMail() -> Bool {
        now = time.uptime()
        let (messages, isClosed) = mailbox.take()
        for message in messages { handle(message) }
        guard isClosed else { return true }
        endAll()
        wakeReaders()
        return false
    }

    private func takeEvents(waitingAtMost limit: Duration?) {
        let events = poller.wait(atMost: limit)
        now = time.uptime()
        lastLook = now
        for (socket, events) in events {
            if socket == mailbox.descriptor {
                mailbox.hush()
            } else {
                secondLook.stir(socket, at: now)
                act(on: socket, events)
            }
        }
        takeDue()
    }

    private func takeDue() {
        for socket in secondLook.takeDue(at: now) { act(on: socket, Poller.readable) }
        if let due = timerDue, due <= now {
            timerDue = nil  // libcurl sets it anew while it is called
            act(on: CURL_SOCKET_BAD, 0)
        }
        takeResults()
    }

    private func keepApart() {
        guard transfers.count >= RoundPace.crowd,
            let pause = RoundPace.pause(transfers: transfers.count, passed: time.uptime() - lastLook)
        else { return }
        usleep(UInt32(pause / .microseconds(1)))
    }

    private func wakeReaders() {
        for reader in readers { reader.resume() }
        readers.removeAll(keepingCapacity: readers.count <= Self.readersKeptMax)
    }

    /// For how many readers room is kept.
    private static let readersKeptMax = 1024

    private func waitingTime() -> Duration? { waitingDue.map { $0 - now } }

    private var waitingDue: Duration? {
        var due = timerDue
        if let next = deadlines.next { due = min(next, due ?? next) }
        if let next = secondLook.due { due = min(next, due ?? next) }
        return due
    }

    private func act(on socket: Int32, _ events: UInt32) {
        var mask: Int32 = 0
        if events & (Poller.readable | Poller.broken) != 0 { mask |= CURL_CSELECT_IN }
        if events & (Poller.writable | Poller.broken) != 0 { mask |= CURL_CSELECT_OUT }
        var count: Int32 = 0
        _ = unsafe curl_multi_socket_action(multi, socket, mask, &count)
    }

    private func handle(_ message: Mailbox.Message) {
        switch message {
        case .start(let call): arrive(call)
        case .cancel(let id): end(id, .failure(.cancelled))
        case .resume(let id):
            guard let transfer = transfers[id] else { return }
            let status = transfer.resume()
            if status != CURLE_OK { finish(transfer, status) }
        case .drain(let id):
            guard let transfer = transfers[id] else { return }
            transfer.clock.draining(now)
            let status = transfer.resume()
            if status != CURLE_OK { finish(transfer, status) }
        }
    }

    private func takeResults() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let handle = unsafe message.pointee.easy_handle,
                let transfer = unsafe Transfer.of(handle)
            else { continue }
            let status = unsafe CURLcode(rawValue: UInt32(bitPattern: CTuttiCurl_result(message)))
            finish(transfer, status)
        }
    }

    // MARK: On a loop of others

    private struct Host {
        let loop: any EventLoop
        let whenEnded: () -> Void
    }

    var descriptor: Int32 { poller.descriptor }

    var patience: Duration? {
        if mailbox.hasMail { return .zero }
        return waitingDue.map { max(.zero, $0 - time.uptime()) }
    }

    func take() {
        takeEvents(waitingAtMost: .zero)
        settle()
    }

    func work() {
        guard takeMail() else { return leave() }
        endExpired()
        settle()
    }

    /// libcurl begins with what it was given when its timer says so, which it does at once.
    private func settle() {
        startNext()
        takeDue()
        wakeReaders()
    }

    func end() {
        mailbox.close()
        _ = takeMail()
        leave()
    }

    private func leave() {
        host?.loop.remove(self)
        mailbox.tellEnd()
        host?.whenEnded()
        host = nil
    }

    // MARK: One call

    private func arrive(_ call: Call) {
        guard !call.hasEnded else { return }
        let clock = CallClock(call.request.timeouts, now: now)
        let url = call.request.url
        let verdict = admission.arrive(
            call.id, at: url.origin, isGated: url.isSecure || url.needsLookup, now: now)
        switch verdict {
        case .refuse: call.end(.failure(.overloaded(configuration.waitingMax)))
        case .start: start(call, clock)
        case .wait:
            waiting[call.id] = Waiting(call: call, clock: clock)
            deadlines.set(call.id, clock.due)
        }
    }

    private func startNext() {
        while let id = admission.next(now: now) {
            guard let next = waiting.removeValue(forKey: id) else { continue }
            start(next.call, next.clock)
        }
    }

    private func start(_ call: Call, _ clock: CallClock) {
        do throws(HTTPClientError) {
            let transfer = try Transfer(
                call, clock: clock, configuration, share: share, handles: handles, hooks: hooks)
            if !mayFindConnection(call.request.url) {
                transfer.connectAnew()
                // Of more connections than are kept libcurl would look for the oldest at each end, among all.
                if transfers.count >= configuration.connectionsKeptMax { transfer.closeBehind() }
            }
            guard unsafe curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else { throw .exhausted }
            transfers[call.id] = transfer
            if call.request.url.isSecure { secondLook.begin() }
            deadlines.set(call.id, clock.due)
        } catch {
            admission.leave(call.id, at: call.request.url.origin)
            call.end(.failure(error))
        }
    }

    /// libcurl looks at every connection of a host for one that is free, which is long for thousands of calls. Where
    /// each has one to itself we know when that is in vain: without TLS, and with no proxy that hosts share.
    private func mayFindConnection(_ url: CheckedURL) -> Bool {
        guard !url.isSecure, configuration.proxy == .none else { return true }
        return admission.takeIdleConnection(at: url.origin)
    }

    private func finish(_ transfer: Transfer, _ status: CURLcode) {
        let error = HTTPClientError.of(status, transfer)
        let (call, origin) = (transfer.call, transfer.call.request.url.origin)
        let wentAhead = admission.isExploring(call.id, at: origin)
        end(call.id, error.map { .failure($0) } ?? .success(()))
        guard wentAhead, let error else { return }
        // Those who wait for what it was to find out would fail alike, one after the other: they fail now. Who would
        // have more patience tries again.
        for id in admission.waiting(at: origin) {
            guard let other = waiting[id]?.call.request.timeouts else { continue }
            if error.reason == .timeoutConnect, other.connect > call.request.timeouts.connect { continue }
            end(id, .failure(error))
        }
    }

    private func end(_ id: UInt64, _ ending: Result<Void, HTTPClientError>) {
        deadlines.remove(id)
        if let transfer = transfers.removeValue(forKey: id) {
            if transfer.call.request.url.isSecure { secondLook.end() }
            // Closes the connection when the answer is not complete.
            unsafe curl_multi_remove_handle(multi, transfer.handle)
            let isWhole = if case .success = ending { true } else { false }
            admission.leave(
                id, at: transfer.call.request.url.origin, keepsConnection: isWhole && transfer.mayKeepConnection)
            transfer.call.end(ending)
        } else if let call = waiting.removeValue(forKey: id)?.call {
            admission.giveUp(id, at: call.request.url.origin)
            call.end(ending)
        }
    }

    private func endExpired() {
        while let id = deadlines.popDue(at: now) {
            if let transfer = transfers[id] { transfer.clock.look(now, hasContent: transfer.call.hasContent) }
            guard let clock = transfers[id]?.clock ?? waiting[id]?.clock else { continue }
            guard let reason = clock.expired(now) else {
                deadlines.set(id, clock.due)
                continue
            }
            guard let request = (transfers[id]?.call ?? waiting[id]?.call)?.request else { continue }
            let hasBegun = transfers[id]?.hasAnswerBegun ?? false
            end(id, .failure(.timeout(reason, of: request, hasAnswerBegun: hasBegun)))
        }
    }

    private func endAll() {
        for id in Array(transfers.keys) + Array(waiting.keys) { end(id, .failure(.shutDown)) }
    }

    // MARK: What libcurl asks for

    fileprivate func watch(_ socket: Int32, _ what: Int32) {
        // What comes while a request is being sent is read along with it, and the socket tells nothing of it.
        if what != CURL_POLL_REMOVE { secondLook.stir(socket, at: now) }
        switch what {
        case CURL_POLL_REMOVE:
            secondLook.forget(socket)
            poller.forget(socket)
        case CURL_POLL_IN: poller.watch(socket, for: Poller.readable)
        case CURL_POLL_OUT: poller.watch(socket, for: Poller.writable)
        case CURL_POLL_INOUT: poller.watch(socket, for: Poller.readable | Poller.writable)
        default: poller.watch(socket, for: 0)
        }
    }

    fileprivate func setTimer(_ milliseconds: Int) {
        timerDue = milliseconds < 0 ? nil : now + .milliseconds(milliseconds)
    }
}

private func hearOfSocket(
    _: UnsafeMutableRawPointer, _ socket: Int32, _ what: Int32, _ context: UnsafeMutableRawPointer,
    _: UnsafeMutableRawPointer?
) -> Int32 {
    unsafe Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue().watch(socket, what)
    return 0
}

private func hearOfTimer(
    _: UnsafeMutableRawPointer, _ milliseconds: Int, _ context: UnsafeMutableRawPointer
) -> Int32 {
    unsafe Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
    return 0
}
