package import TuttiRuntime

/// Begins connections to addresses that were judged.
package protocol EgressConnector: Sendable {
    /// Begins a connection to exactly this place, without waiting for it.
    ///
    /// - Returns: A non-blocking, close-on-exec socket that becomes writable when it stands or has failed, and is the
    ///   caller's; or the error of the system.
    func connect(to address: NetworkAddress, port: UInt16) -> Result<Int32, SystemFault>
}

/// Connections by TCP.
package struct SystemConnector: EgressConnector {
    /// Connections by TCP.
    package init() {}

    package func connect(to address: NetworkAddress, port: UInt16) -> Result<Int32, SystemFault> {
        StreamSocket.connect(to: address, port: port)
    }
}
