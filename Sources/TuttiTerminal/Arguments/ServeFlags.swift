import TuttiConfiguration

/// The flags of `tutti serve`.
package enum ServeFlags {
    package static let listen = Flag<String?>(
        "listen", "ADDRESS:PORT", setting: ConfigurationKeys.serverListen, in: .selection,
        help: "Where to listen",
        """
        The address and port to listen on; port 0 takes any that is free. On another address than this machine's \
        everybody has to log in, and server.trusted_proxies names the proxy before it that ends TLS.
        """)
    package static let configurationFile = Flag<String?>(
        "config", "FILE", .path(endings: [".yaml", ".yml"]), environment: "TUTTI_CONFIG", in: .selection,
        help: "The configuration to use",
        "The file to read instead of the home's tutti.yaml. It has to be there.")
    package static let insecureHTTP = Flag<Bool>(
        "insecure-http", in: .selection, help: "Serve a network without TLS",
        """
        Lets the server listen on a network with no proxy that ends TLS before it. Passwords and tokens then cross \
        that network in clear: for a private one only.
        """)
    package static let webFolder = Flag<String?>(
        "web-dir", "DIR", .path(), in: .selection, help: "Read the dashboard from here",
        "For who works on the dashboard: its files are read from this folder, anew at each request.")
    package static let check = Flag<Bool>(
        "check", in: .selection, help: "Check everything, serve nothing",
        "Checks the configuration, the home and the address, and ends without serving.")
}
