/// The executor that the current task prefers; `nil` for a task of the global pool.
///
/// A task that is made with `Task { … }` does not take over the preference of the one that makes it: it would run on
/// another thread, and each word between the two would wake a thread.
package var currentTaskExecutor: (any TaskExecutor)? {
    unsafe withUnsafeCurrentTask { task in unsafe task?.unownedTaskExecutor?.asTaskExecutor() }
}
