import CTuttiSystem
import Glibc
import TuttiCore

/// Carries a program from its start to its end. It blocks, so it runs on a thread of its own.
struct SubprocessLoop {
    private var started: StartedProgram
    private let stop: StopRequest
    private var plan: StopPlan
    private var pending: ArraySlice<UInt8>
    private var output: SubprocessOutput
    private var errors: SubprocessOutput
    private var isOutputOpen = true
    private var areErrorsOpen = true
    private let watch: SubprocessWatch?
    private var nextLook: Duration?

    /// What one call may read.
    private static let chunkSize = 64 << 10
    /// What is read of each pipe after the program's end: no pipe holds more, and one that somebody else keeps writing
    /// to never runs dry.
    private static let drainMax = 1 << 20
    private static let clock = SystemTimekeeper()

    /// Runs a program.
    ///
    /// - Throws: ``SubprocessError``; `CancellationError` when it was stopped on request.
    static func run(_ program: Subprocess, _ stop: StopRequest) throws -> SubprocessResult {
        let plan = StopPlan(timeout: program.timeout, grace: program.grace, now: clock.uptime())
        var loop = SubprocessLoop(
            started: try StartedProgram(program), stop: stop, plan: plan, pending: program.input[...],
            output: SubprocessOutput(keeping: .beginning, max: program.outputMax),
            errors: SubprocessOutput(keeping: .end, max: program.errorsMax), watch: program.watch,
            nextLook: program.watch.map { clock.uptime() + $0.interval })
        return try loop.carry()
    }

    private mutating func carry() throws -> SubprocessResult {
        while true {
            look()
            if let signal = plan.advance(now: Self.clock.uptime()) { stop(by: signal) }
            let ready = wait()
            if ready.isStopAsked, let signal = plan.cancel(now: Self.clock.uptime()) { stop(by: signal) }
            if ready.input { write() }
            if ready.output { isOutputOpen = read(started.output.number, atMost: Self.chunkSize, to: &output) }
            if ready.errors { areErrorsOpen = read(started.errors.number, atMost: Self.chunkSize, to: &errors) }
            if ready.hasEnded { return try finish() }
        }
    }

    /// The group is ended before the program is reaped, as long as nobody else can have its number.
    private mutating func finish() throws -> SubprocessResult {
        send(SIGKILL)
        if isOutputOpen { _ = read(started.output.number, atMost: Self.drainMax, to: &output) }
        if areErrorsOpen { _ = read(started.errors.number, atMost: Self.drainMax, to: &errors) }
        var (code, signal): (Int32, Int32) = (0, 0)
        var time: Int64 = 0
        guard unsafe CTuttiSystem_reap(started.process, &code, &signal, &time) == 0 else {
            throw SubprocessError.system("how the program ended could not be learned", errno)
        }
        let end: SubprocessResult.End
        switch plan.cause {
        case .cancelled: throw CancellationError()
        case .timeout: end = .timedOut
        case .watch, nil: end = signal == 0 ? .exited(code) : .signalled(signal)
        }
        return SubprocessResult(
            process: started.process, end: end, output: output, errors: errors,
            processorTime: .microseconds(time))
    }

    private func send(_ signal: Int32) { kill(-started.process, signal) }

    private func stop(by signal: Int32) {
        if signal == SIGKILL { watch?.willBeEnded(started.process) }
        send(signal)
    }

    /// Lets the watch have its look when it is time for it.
    private mutating func look() {
        guard let watch, let next = nextLook, next <= Self.clock.uptime() else { return }
        let mustEnd = watch.mustEnd(started.process)
        nextLook = Self.clock.uptime() + watch.interval
        if mustEnd, let signal = plan.end() { stop(by: signal) }
    }

    // MARK: What there is to do

    private struct Ready {
        var isStopAsked = false
        var hasEnded = false
        var input = false
        var output = false
        var errors = false
    }

    /// Waits until there is something to do. A descriptor of -1 is passed over.
    private func wait() -> Ready {
        let wanted: [(descriptor: Int32, events: Int32)] = [
            (plan.cause == nil ? stop.descriptor : -1, POLLIN), (started.ending.number, POLLIN),
            (started.input?.number ?? -1, POLLOUT), (isOutputOpen ? started.output.number : -1, POLLIN),
            (areErrorsOpen ? started.errors.number : -1, POLLIN),
        ]
        var polled = wanted.map { pollfd(fd: $0.descriptor, events: Int16($0.events), revents: 0) }
        let count = unsafe poll(&polled, nfds_t(polled.count), timeout)
        guard count > 0 else {
            precondition(count == 0 || errno == EINTR || errno == EAGAIN, "poll fails only when interrupted")
            return Ready()
        }
        return Ready(
            isStopAsked: polled[0].revents != 0, hasEnded: polled[1].revents != 0, input: polled[2].revents != 0,
            output: polled[3].revents != 0, errors: polled[4].revents != 0)
    }

    /// Milliseconds until the plan goes on, a little later rather than earlier; -1 for never.
    private var timeout: Int32 {
        guard let next = [plan.next, nextLook].compactMap({ $0 }).min() else { return -1 }
        let left = (next - Self.clock.uptime()).milliseconds + 1
        return Int32(clamping: max(0, left))
    }

    // MARK: Pipes

    /// Gives the program what it takes. One that takes no more has closed its end, which is its right.
    private mutating func write() {
        guard let descriptor = started.input?.number else { return }
        let count = unsafe pending.withUnsafeBytes { bytes in
            unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        }
        if count > 0 {
            pending.removeFirst(count)
        } else if count < 0, errno == EINTR || errno == EAGAIN {
            return
        }
        if pending.isEmpty || count < 0 { started.input = nil }
    }

    /// Reads what is there, and says whether there may be more.
    private func read(_ descriptor: Int32, atMost max: Int, to buffer: inout SubprocessOutput) -> Bool {
        var total = 0
        while total < max {
            let (chunk, count) = Self.chunk(of: descriptor)
            if count <= 0 { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            buffer.append(chunk)
            total += count
        }
        return true
    }

    /// The bytes of one read(2), and what it gave.
    private static func chunk(of descriptor: Int32) -> (bytes: [UInt8], count: Int) {
        var result = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: chunkSize) { bytes, count in
            result = unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
            count = Swift.max(0, result)
        }
        return (bytes, result)
    }
}
