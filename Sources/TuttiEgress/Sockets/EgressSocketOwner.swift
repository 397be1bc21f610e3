/// Who may connect to a socket, beside root.
package struct EgressSocketOwner: Sendable, Hashable {
    /// Number of the user.
    package let user: UInt32
    /// Number of the group.
    package let group: UInt32

    /// An owner by numbers.
    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}
