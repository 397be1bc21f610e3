/// Carries out what the actors of a loop do, on its thread.
///
/// Apart from the loop itself, which carries out the rest of the tasks: a function that belongs to no actor goes on
/// without a stop where its like has ended, but not where an actor's has. One executor for both would put each return
/// of each function of a handler in line anew.
final class ConnectionExecutor: SerialExecutor {
    // Connections keep their loop, and whoever is enqueued here is one of them. Set before anybody else knows of it.
    nonisolated(unsafe) private unowned(unsafe) var attached: ServerLoop?

    /// To be called once, by the loop that it is of.
    func attach(to loop: ServerLoop) { unsafe attached = loop }

    private var loop: ServerLoop {
        guard let loop = unsafe attached else { preconditionFailure("the executor of connections has no loop") }
        return loop
    }

    func enqueue(_ job: consuming ExecutorJob) { loop.add(.connection(UnownedJob(job))) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }

    func checkIsolated() { precondition(loop.isOnLoop, "this is to be called on the loop of its connection") }

    func isIsolatingCurrentContext() -> Bool? { loop.isOnLoop }
}
