/// What the bridge is called with.
struct BridgeOptions: Sendable, Hashable {
    var socketPath = ""
    var port = EgressBridge.portUsual
    var command: [String] = []

    struct Fault: Error, Hashable {
        let message: String
    }

    static func read(_ arguments: [String]) -> Result<BridgeOptions, Fault> {
        var options = BridgeOptions()
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--":
                options.command = Array(rest)
                rest = []
            case "--socket":
                guard let path = rest.popFirst(), UnixAddress(path) != nil else {
                    return .failure(Fault(message: "behind --socket stands the path of a socket, of 1 to 107 bytes"))
                }
                options.socketPath = path
            case "--port":
                guard let number = rest.popFirst().flatMap({ UInt16($0) }), number > 0 else {
                    return .failure(Fault(message: "behind --port stands a number from 1 to 65535"))
                }
                options.port = number
            default: return .failure(Fault(message: "'\(word)' is not known; the program stands behind --"))
            }
        }
        guard !options.socketPath.isEmpty else { return .failure(Fault(message: "--socket is missing")) }
        guard !options.command.isEmpty else { return .failure(Fault(message: "a program is missing behind --")) }
        return .success(options)
    }
}
