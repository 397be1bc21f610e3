import CTuttiSystem
import Glibc

/// Starts detached threads that block all signals, so that those reach the thread that waits for them.
package enum PosixThread {
    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a thread of its own; traps when the system has no thread left, since nothing could go on.
    package static func start(name: String, body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { unsafe pthread_attr_destroy(&attributes) }
        // Released by the thread's first line.
        let context = unsafe Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                unsafe CTuttiSystem_nameThread(start.name)
                start.body()
                return nil
            }, context)
        precondition(status == 0, "no thread could be started (error \(status))")
    }
}

extension PosixThread {
    /// Runs `body`, which may block, on a thread of its own and waits for it without holding anybody up.
    ///
    /// - Throws: what `body` throws. A cancelled task waits for its end all the same.
    package static func value<Value: Sendable>(
        name: String, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            start(name: name) { continuation.resume(with: Result { try body() }) }
        }
    }
}
