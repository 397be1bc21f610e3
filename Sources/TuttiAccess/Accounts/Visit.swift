/// From where somebody comes, for the audit log and the list of sessions.
package struct Visit: Sendable, Hashable {
    /// The address of the network.
    package var address: String
    /// What failed logins are counted by, as `NetworkAddress.subject` has it: of IPv6 the network of one customer,
    /// since that has more addresses than anybody could hold up one by one.
    package var limited: String
    /// What the device calls itself.
    package var device: String
    /// The id of the request.
    package var request: String?

    /// - Parameter limited: the address itself when left out.
    package init(address: String, limited: String? = nil, device: String, request: String? = nil) {
        self.address = address
        self.limited = limited ?? address
        self.device = device
        self.request = request
    }
}
