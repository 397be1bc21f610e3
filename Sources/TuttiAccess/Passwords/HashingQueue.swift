import TuttiCore

/// Who waits for a thread that hashes, and who has one: a bounded line, first come, first served.
///
/// It only decides; whoever holds it wakes threads and tells those who wait.
struct HashingQueue<Job> {
    enum Entry: Equatable {
        case waits
        /// The line is full; it moves on within this time.
        case busy(Duration)
    }

    private let threads: Int
    private let waitingMax: Int
    private var line: [(ticket: UInt64, job: Job)] = []
    private var nextTicket: UInt64 = 0
    private(set) var running = 0

    /// What one job takes on a machine of today, for the guess at when to come back.
    static var jobTimeUsual: Duration { .milliseconds(50) }

    init(threads: Int, waitingMax: Int) {
        self.threads = threads
        self.waitingMax = waitingMax
    }

    var waiting: Int { line.count }

    /// A number to enter and to leave by.
    mutating func ticket() -> UInt64 {
        defer { nextTicket += 1 }
        return nextTicket
    }

    mutating func enter(_ ticket: UInt64, _ job: Job) -> Entry {
        guard line.count + running < threads + waitingMax else { return .busy(timeToRetry) }
        line.append((ticket, job))
        return .waits
    }

    /// Whole seconds, as `Retry-After` says them.
    private var timeToRetry: Duration {
        let turns = (line.count + running + threads - 1) / threads
        let time = Self.jobTimeUsual * turns
        return .seconds(max(1, (time.milliseconds + 999) / 1000))
    }

    /// The job of who has waited longest, which a thread begins now.
    mutating func begin() -> Job? {
        guard !line.isEmpty else { return nil }
        running += 1
        return line.removeFirst().job
    }

    mutating func end() { running -= 1 }

    /// Takes who does not want to wait any longer out of the line; `nil` when it has begun, or never entered.
    mutating func leave(_ ticket: UInt64) -> Job? {
        guard let place = line.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return line.remove(at: place).job
    }
}
