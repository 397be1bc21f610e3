import CTuttiSystem
import Synchronization
import TuttiCore
import TuttiStore

/// A place in which keys are counted: the run itself, a branch, or one item of an `all`.
///
/// The counter of a name belongs to the Swift task that first used it. A second task that uses the name in the same
/// scope would get its numbers in the order of scheduling, so it gets an error instead, whether the two overlap or not.
final class Scope: Sendable {
    private struct Counter {
        let task: UInt64
        var count = 0
    }

    /// The scope that the current task may use.
    enum Mark: Sendable {
        case outside
        case scope(Scope)
        case insideStep(key: String)
    }

    @TaskLocal static var mark = Mark.outside

    let path: String
    private let counters = Mutex<[String: Counter]>([:])
    /// The task that carries out what the scope belongs to.
    private let home = Atomic<UInt64>(0)

    init(path: String) { self.path = path }

    /// The current task carries out what the scope belongs to.
    func settle() { home.store(CTuttiSystem_currentTaskNumber(), ordering: .relaxed) }

    /// Whether the current task is another one: one that the workflow has made itself.
    var isForeign: Bool { home.load(ordering: .relaxed) != CTuttiSystem_currentTaskNumber() }

    /// The next key for a name.
    ///
    /// - Throws: `.wrongScope`, `.ambiguousStep`, `.badName` as ``StepError``.
    func nextKey(_ name: String) throws(StepError) -> String {
        try checkIsCurrent(name)
        try checkName(name)
        let task = CTuttiSystem_currentTaskNumber()
        let count = counters.withLock { counters -> Int? in
            var counter = counters[name] ?? Counter(task: task)
            guard counter.task == task else { return nil }
            counter.count += 1
            counters[name] = counter
            return counter.count
        }
        guard let count else { throw .ambiguousStep(name, in: path) }
        let key = path.isEmpty ? "\(name)#\(count)" : "\(path)/\(name)#\(count)"
        guard key.utf8.count <= JournalKey.lengthMax else { throw .keyTooLong(key) }
        return key
    }

    private func checkIsCurrent(_ name: String) throws(StepError) {
        switch Scope.mark {
        case .scope(let current) where current === self: return
        case .scope(let current): throw .wrongScope(name, used: path, current: "the scope '\(current.path)'")
        case .insideStep(let key): throw .wrongScope(name, used: path, current: "the closure of step '\(key)'")
        case .outside: throw .wrongScope(name, used: path, current: "a task that does not belong to the run")
        }
    }

    private func checkName(_ name: String) throws(StepError) {
        let isFit = !name.isEmpty && name.utf8.count <= JournalKey.componentLengthMax && JournalKey.escape(name) == name
        guard isFit else { throw .badName(name, in: path) }
    }
}

/// The errors of a workflow that breaks the author's rule. They are loud at first execution: the run fails with them
/// even when the workflow catches them.
extension StepError {
    static func wrongScope(_ name: String, used: String, current: String) -> StepError {
        StepError(
            code: "wrong_scope",
            message: "'\(name)' was asked of the context of the scope '\(used)' from \(current); "
                + "use the context that the closure is given", origin: used)
    }

    static func ambiguousStep(_ name: String, in path: String) -> StepError {
        StepError(
            code: "ambiguous_step",
            message: "two tasks use the name '\(name)' in the scope '\(path)', so nobody can tell which is which after "
                + "a restart; give them different names, or use `all` or `branch`", origin: path)
    }

    static func badName(_ name: String, in path: String) -> StepError {
        StepError(
            code: "bad_name",
            message: "'\(name.prefix(80))' cannot name a step: use 1 to \(JournalKey.componentLengthMax) bytes without "
                + "'/', '#', '%' and control characters", origin: path)
    }

    static func keyTooLong(_ key: String) -> StepError {
        StepError(
            code: "key_too_long",
            message: "scopes are nested too deeply: a key has at most \(JournalKey.lengthMax) bytes",
            origin: String(key.prefix(200)))
    }

    static func duplicateKey(_ item: String, in key: String) -> StepError {
        StepError(
            code: "duplicate_key", message: "two items of '\(key)' have the key '\(item)'; each needs its own",
            origin: key)
    }

    static func tooManyItems(_ count: Int, in key: String) -> StepError {
        StepError(
            code: "too_many_items",
            message: "'\(key)' has \(count) items; the limit is \(EngineLimits.itemsMax)", origin: key)
    }

    static func notEncodable(_ error: any Error, at key: String) -> StepError {
        StepError(code: "not_encodable", message: "the value of '\(key)' cannot be stored: \(error)", origin: key)
    }

    static func tooLarge(_ size: Int, at key: String) -> StepError {
        StepError(
            code: "too_large",
            message: "the value of '\(key)' has \(size) bytes; the limit is \(EngineLimits.payloadSizeMax)",
            origin: key)
    }
}
