import Synchronization
import TuttiRuntime

/// Lets streams that say nothing for a while say that they are alive; proxies close what is silent. One task does so
/// for all of them: a sleep of each, ended or not, would stay in memory until its time is over.
final class StreamPulse: Sendable {
    /// A stream of which something is heard.
    fileprivate struct Listened {
        let handoff: AnswerHandoff
        let alive: [UInt8]
        /// What had been put at the last beat.
        var puts = 0
        var silentBeats = 0
    }

    fileprivate struct State {
        var streams: [UInt64: Listened] = [:]
        var lastID: UInt64 = 0
        var isBeating = false
    }

    private let state = Mutex(State())
    private let clock: any Timekeeper

    /// How often it is looked at streams.
    static let beat: Duration = .seconds(5)
    /// After so many beats without a word a stream says that it is alive: after 15 to 20 seconds.
    static let silentBeatsMax = 3

    init(clock: any Timekeeper) { self.clock = clock }

    /// Looks after a stream until it is dismissed.
    ///
    /// - Parameter alive: what the stream says then.
    func enlist(_ handoff: AnswerHandoff, alive: [UInt8]) -> UInt64 {
        let (id, begins) = state.withLock { state in
            state.lastID += 1
            state.streams[state.lastID] = Listened(handoff: handoff, alive: alive)
            defer { state.isBeating = true }
            return (state.lastID, !state.isBeating)
        }
        // Detached from the request that happens to be the first.
        if begins { Task.detached { [self] in await work() } }
        return id
    }

    func dismiss(_ id: UInt64) { state.withLock { _ = $0.streams.removeValue(forKey: id) } }

    /// Whether its task goes on.
    var isBeating: Bool { state.withLock(\.isBeating) }

    private func work() async {
        while true {
            try? await clock.sleep(for: Self.beat)
            let (silent, goesOn) = state.withLock { state in
                state.isBeating = !state.streams.isEmpty
                return (state.takeSilent(), state.isBeating)
            }
            for stream in silent { stream.handoff.putWhenEmpty(stream.alive) }
            if !goesOn { return }
        }
    }
}

extension StreamPulse.State {
    /// Counts a beat; gives those that have been silent for too long. Nothing is said before the first piece of an
    /// answer: its head would go out with it.
    fileprivate mutating func takeSilent() -> [StreamPulse.Listened] {
        var silent: [StreamPulse.Listened] = []
        // By index: a loop over the streams would hold on to them, and have them copied at the first change.
        var index = streams.startIndex
        while index < streams.endIndex {
            if streams.values[index].takeSilence() { silent.append(streams.values[index]) }
            streams.formIndex(after: &index)
        }
        return silent
    }
}

extension StreamPulse.Listened {
    /// Counts a beat, and says whether it was silent for too long.
    fileprivate mutating func takeSilence() -> Bool {
        let put = handoff.puts
        silentBeats = put == puts ? silentBeats + 1 : 0
        puts = put
        guard put > 0, silentBeats >= StreamPulse.silentBeatsMax else { return false }
        silentBeats = 0
        return true
    }
}
