/// Where a server listens, and within which limits it serves.
package struct HTTPServerConfiguration: Sendable, Hashable {
    /// An IPv4 or IPv6 address in digits, or `localhost`. The default is reached from this machine only.
    package var address: String
    /// From 0 to 65535; 0 is any that is free.
    package var port: Int
    /// How many threads serve; nil is one a core.
    package var loops: Int?
    package var limits: HTTPServerLimits

    /// A configuration; without arguments, any free port of this machine.
    package init(
        address: String = "127.0.0.1", port: Int = 0, loops: Int? = nil, limits: HTTPServerLimits = HTTPServerLimits()
    ) {
        self.address = address
        self.port = port
        self.loops = loops
        self.limits = limits
    }
}
