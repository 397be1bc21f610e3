import CTuttiSystem

/// Tells the manager that has started this process how far it is (sd_notify(3)): a datagram to the socket that
/// `NOTIFY_SOCKET` names.
///
/// ```swift
/// let notifier = ServiceNotifier(environment: environment)   // nil when nobody wants to know
/// notifier?.ready(status: "listening on 127.0.0.1:8001")
/// ```
package struct ServiceNotifier: Sendable {
    private let socket: String
    /// Twice as often as this ``isAlive()`` has to be told, or the manager ends the process; `nil` when it does not
    /// watch.
    package let watchdogLimit: Duration?

    /// - Returns: `nil` when the environment names no socket, or one that is neither a path nor an abstract name.
    package init?(environment: [String: String], process: Int32? = nil) {
        guard let socket = environment["NOTIFY_SOCKET"], socket.utf8.count > 1,
            socket.first == "/" || socket.first == "@"
        else { return nil }
        self.socket = socket
        let watched = environment["WATCHDOG_PID"].flatMap { Int32($0) }
        let isOurs = watched == nil || process == nil || watched == process
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogLimit = isOurs && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// The start is over: work is taken.
    @discardableResult
    package func ready(status: String? = nil) -> Bool { send("READY=1", status) }

    /// The end has begun: what is in hand is finished.
    @discardableResult
    package func stopping(status: String? = nil) -> Bool { send("STOPPING=1", status) }

    /// One line for people, which the manager shows.
    @discardableResult
    package func status(_ text: String) -> Bool { send(nil, text) }

    /// The process still works.
    @discardableResult
    package func isAlive() -> Bool { send("WATCHDOG=1", nil) }

    /// - Returns: whether it was sent; nothing that matters depends on it.
    private func send(_ state: String?, _ status: String?) -> Bool {
        let line = status.map { "STATUS=" + String($0.prefix(512).map { $0.isNewline || $0 == "\0" ? " " : $0 }) }
        let text = [state, line].compactMap(\.self).joined(separator: "\n")
        return unsafe CTuttiSystem_sendNotice(socket, text) == 0
    }
}
