import Glibc
import Synchronization

@testable import TuttiEgress

/// Serves until it is killed, with so many descriptors at most.
func serve(path: String, port: String, descriptors: String) async {
    guard let port = UInt16(port),
        let rule = try? EgressRule(host: "127.0.0.1", ports: [port]), let policy = try? EgressPolicy([rule]),
        let proxy = try? EgressProxy(path: path, policy: policy, report: { _ in })
    else { exit(1) }
    limitDescriptors(descriptors)
    say("ready")
    await proxy.run()
}

/// Lets this process have no more descriptors than a text says.
func limitDescriptors(_ text: String) {
    guard let count = rlim_t(text) else { exit(1) }
    var limit = rlimit(rlim_cur: count, rlim_max: count)
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { exit(1) }
}

/// Says how many descriptors there are before and after proxies whose connections end in every way.
func leaks(path: String) async {
    await serveAll(path)  // what the runtime opens for itself is open then
    say("\(descriptorCount())")
    for _ in 0..<3 { await serveAll(path) }
    say("\(descriptorCount())")
}

private func serveAll(_ path: String) async {
    guard let rule = try? EgressRule(host: "127.0.0.1", ports: [1]), let named = try? EgressRule(host: "localhost"),
        let policy = try? EgressPolicy([rule, named]),
        let proxy = try? EgressProxy(path: path, policy: policy, report: { _ in })
    else { exit(1) }
    let run = Task { await proxy.run() }
    for text in [
        "GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET http://localhost/ HTTP/1.1\r\n\r\n", "GET http://other.test/ HTTP/1.1\r\n\r\n",
    ] {
        guard case .success(let socket) = StreamSocket.connect(toPath: path) else { exit(1) }
        _ = StreamSocket.send(socket, Array(text.utf8)[...])
        var interest = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&interest, 1, -1) != 1 {}
        close(socket)
    }
    guard case .success(let idle) = StreamSocket.connect(toPath: path) else { exit(1) }
    run.cancel()
    await run.value
    close(idle)
}

private func descriptorCount() -> Int {
    (0..<1024).count { fcntl($0, F_GETFD) >= 0 }
}

private func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}
