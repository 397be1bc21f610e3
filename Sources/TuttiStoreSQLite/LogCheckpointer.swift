import Synchronization
import TuttiRuntime

/// Writes the write-ahead log back into the database on a connection and a thread of its own, while the writer goes on
/// to commit: a checkpoint within a commit would hold up everybody who waits for that commit.
final class LogCheckpointer: Sendable {
    /// What the writer has to do after a commit.
    enum Turn {
        case nothing
        /// To write back the rest, which was committed while most of it was written back here.
        case finish
    }

    private enum State {
        case idle
        case requested
        case done
        case closed
    }

    /// A checkpoint every 4,000 pages (16 MiB) instead of SQLite's 1,000: the hot pages of the indices are written back
    /// a quarter as often, which is worth about a tenth of the steps a second.
    static let pagesMax = 1000

    private let path: String
    private let vfs: String?
    private let state = Mutex((state: State.idle, isStarted: false))
    private let request = Semaphore()
    private let end = Semaphore()

    init(path: String, vfs: String?) {
        self.path = path
        self.vfs = vfs
    }

    /// Asked by the writer after each commit; begins a checkpoint when the log is long.
    func next(logPages: Int) -> Turn {
        let (turn, isFirst) = state.withLock { shared -> (Turn, Bool) in
            switch shared.state {
            case .done:
                shared.state = .idle
                return (.finish, false)
            case .idle where logPages >= Self.pagesMax:
                shared.state = .requested
                defer { shared.isStarted = true }
                request.signal()
                return (.nothing, !shared.isStarted)
            case .idle, .requested, .closed: return (.nothing, false)
            }
        }
        if isFirst { PosixThread.start(name: "tutti-checkpoint") { self.serve() } }
        return turn
    }

    /// Waits for a checkpoint that is going on, and ends the thread.
    func close() {
        let isStarted = state.withLock { shared in
            defer { shared = (.closed, false) }
            return shared.isStarted
        }
        guard isStarted else { return }
        request.signal()
        end.wait()
    }

    private func serve() {
        var connection: SQLConnection?
        while true {
            request.wait()
            if state.withLock({ $0.state == .closed }) { break }
            do {
                let open = try connection ?? SQLConnection(path: path, access: .readWrite, vfs: vfs)
                connection = open
                try open.checkpoint()
                try open.syncDatabase()  // so that little is left to it for the writer
            } catch {
                connection = nil  // and the writer, whose turn is next, tries it itself
            }
            state.withLock { if $0.state == .requested { $0.state = .done } }
        }
        connection = nil  // before the writer closes its own, which is then the last
        end.signal()
    }
}
