import Glibc

/// An error number of the system.
package struct SystemFault: Error, Sendable, Hashable {
    /// As in `errno`.
    package let number: Int32

    /// An error by its number.
    package init(number: Int32) { self.number = number }

    /// Whether no descriptor is left, in this process or on this machine.
    var isShortage: Bool { number == EMFILE || number == ENFILE || number == ENOMEM || number == ENOBUFS }
}
