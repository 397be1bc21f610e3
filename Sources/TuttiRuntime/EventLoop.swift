/// A thread that waits for descriptors, does what they tell of, and carries out tasks between that.
///
/// A task that prefers it (see ``currentTaskExecutor``) can have what it needs from the outside done on it, too: what
/// comes for the task then finds it without waking another thread.
package protocol EventLoop: TaskExecutor {
    /// Whether the caller is on its thread, and it still works for sources.
    var isCurrent: Bool { get }

    /// Works for a source until it is removed, or until the loop ends. To be called on the loop.
    func add(_ source: any EventSource)

    /// Works no longer for a source. To be called on the loop.
    func remove(_ source: any EventSource)
}

/// Something that has its work done on an ``EventLoop``. Only the loop's thread touches it.
package protocol EventSource: AnyObject {
    /// Readable when something has come.
    var descriptor: Int32 { get }

    /// How long the descriptor may be waited for; zero when there is work without it, `nil` is without end.
    var patience: Duration? { get }

    /// Deals with what has come, as the descriptor is readable, and waits for nothing.
    func take()

    /// Does what there is to do as ``patience`` is over, and waits for nothing.
    func work()

    /// The loop ends.
    func end()
}
