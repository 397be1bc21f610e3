/// From where somebody comes, for the audit log and the list of sessions.
package struct Visit: Sendable, Hashable {
    /// The address of the network.
    package var address: String
    /// What the device calls itself.
    package var device: String
    /// The id of the request.
    package var request: String?

    package init(address: String, device: String, request: String? = nil) {
        self.address = address
        self.device = device
        self.request = request
    }
}
