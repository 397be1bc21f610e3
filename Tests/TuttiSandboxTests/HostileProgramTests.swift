import FoundationEssentials
import Glibc
import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiSandbox

/// Programs that try to get out, to do harm, or never to end.
@Suite(.enabled("this machine lets no sandbox be made") { await SandboxWorld.isThere() })
struct HostileProgramTests {
    /// What a program tries in vain, and its script, which says `done` if it succeeds.
    static let attempts: [(what: String, script: String)] = [
        ("write outside", "echo x > /usr/x || echo x > /x || echo x > /etc/x; ls /usr/x /x /etc/x && echo done"),
        ("read what is not there", "cat /etc/shadow || cat /etc/passwd || ls /root || ls /home && echo done"),
        ("look at the host's devices", "ls /sys/block/*/ /sys/bus/*/devices/* && echo done"),
        ("read the environment of what started it", "tr '\\0' '\\n' < /proc/1/environ | grep -q PLANTED && echo done"),
        ("write to the kernel's settings", "echo '|/bin/sh' > /proc/sys/kernel/core_pattern && echo done"),
        ("make namespaces", "unshare -U true && echo done; unshare -r true && echo done; unshare -n true && echo done"),
        ("mount", "mount -t tmpfs none /tmp && echo done"),
        ("leave programs with the rights of their owner", "cp /bin/sh sh; chmod u+s sh && echo done"),
        ("raise its own limits", "ulimit -n 100000 && echo done"),
        ("make devices", "mknod sda b 8 0 && echo done"),
        ("chroot", "chroot /usr /bin/true && echo done"),
        ("see others' processes", "test $(ls /proc | grep -c '^[0-9]') -gt 8 && echo done"),
        ("change the name of the machine", "hostname other && echo done"),
    ]

    @Test(arguments: await Backend.programsHere(), attempts.map(\.what))
    func triesInVain(backend: Backend, what: String) async throws {
        _ = unsafe setenv("TUTTI_PLANTED", "geheim-PLANTED", 1)
        let script = try #require(Self.attempts.first { $0.what == what }?.script)
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell(script)
            #expect(!result.output.text.contains("done"), "\(result.output.text)\(result.errors.text)")
        }
    }

    /// The same with calls that no usual program makes, in Python where it is there.
    static let calls: [(what: String, script: String)] = [
        ("connect to this machine", "import socket; socket.create_connection(('127.0.0.1', PORT), 2)"),
        ("open a raw socket", "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
        ("open a packet socket", "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
        ("look up a name", "import socket; socket.getaddrinfo('example.com', 80)"),
        ("send a datagram", "import socket; socket.socket(2, 2).sendto(b'x', ('1.1.1.1', 53))"),
        ("type into a terminal", "import fcntl; fcntl.ioctl(0, 0x5412, b'x')"),
        ("trace", "import ctypes; c = ctypes.CDLL(None); assert c.ptrace(0, 0, 0, 0) == 0"),
        ("use the keyring", "import ctypes; c = ctypes.CDLL(None); assert c.syscall(250, 0, -3, 0) >= 0"),
        ("use an inherited descriptor", "import os; [os.fstat(n) for n in range(3, 64) if open_one(n)][0]"),
    ]

    @Test(
        .enabled(if: Python.isThere, "there is no Python"), arguments: await Backend.programsHere(), calls.map(\.what))
    func callsInVain(backend: Backend, what: String) async throws {
        let listener = try Listener()
        let script = try #require(Self.calls.first { $0.what == what }?.script)
            .replacing("PORT", with: "\(listener.port)")
        let helper = """
            def open_one(number):
                import os
                try: return os.fstat(number) is not None
                except OSError: return False

            """
        try await SandboxWorld.with(backend) { world in
            let result = try await world.run("/usr/bin/python3", ["-c", helper + script + "\nprint('done')"])
            #expect(!result.output.text.contains("done"), "\(result.errors.text)")
            #expect(!result.isSuccess)
        }
    }

    /// What only the filter refuses is told by EPERM: without it each would succeed, or fail for another reason.
    @Test(
        .enabled(if: Python.isThere, "there is no Python"), arguments: await Backend.programsHere(),
        [
            "c.ioctl(0, 0x5412, b'x')", "c.ptrace(0, 0, 0, 0)", "c.syscall(250, 0, -3, 0)", "c.chmod(b'f', 0o4755)",
            "c.socket(38, 5, 0)", "c.syscall(425, 1, 0)",
        ])
    func theFilterRefuses(backend: Backend, call: String) async throws {
        let script =
            "import ctypes; c = ctypes.CDLL(None, use_errno=True); open('f', 'w')\n"
            + "r = \(call)\nprint(r, ctypes.get_errno())"
        try await SandboxWorld.with(backend) { world in
            let result = try await world.run("/usr/bin/python3", ["-c", script])
            // Calls that gVisor's kernel does not have at all are told to be missing.
            let isMissing = backend.isGVisor && result.output.text == "-1 \(ENOSYS)\n"
            #expect(result.output.text == "-1 \(EPERM)\n" || isMissing, "\(result.output.text)\(result.errors.text)")
        }
    }

    @Test(arguments: await Backend.programsHere()) func oneThatForksWithoutEndIsHeldAndEnds(backend: Backend)
        async throws
    {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.run("/bin/bash", ["-c", "f() { f | f & }; f; sleep 600"]) {
                $0.limits.time = .seconds(2)
                $0.limits.processes = 32
            }
            // gVisor's kernel may end with its program when it is given no more processes.
            #expect(result.end == .timedOut || backend.isGVisor && result.end == .signalled(SIGKILL))
        }
    }

    @Test(arguments: await Backend.programsHere()) func oneThatTakesMemoryIsHeld(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("head -c 1000000000 /dev/zero | tail -c 900000000 | wc -c") {
                $0.limits.memory = 256 << 20
            }
            #expect(!result.output.text.contains("900000000"))
            #expect(result.errors.text.contains("memory"))
        }
    }

    @Test(arguments: await Backend.programsHere()) func oneThatFillsAFileIsHeld(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("head -c 10000000 /dev/zero > big") { $0.limits.fileSize = 1 << 20 }
            #expect(!result.isSuccess)
            var status = stat()
            #expect(unsafe stat(world.path("big"), &status) == 0)
            #expect(status.st_size == 1 << 20)
        }
    }

    @Test(arguments: await Backend.programsHere(), ["/tmp", "/dev/shm"])
    func oneThatFillsATemporaryFolderIsHeld(backend: Backend, folder: String) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("head -c 10000000 /dev/zero > \(folder)/big") {
                $0.limits.temporarySize = 1 << 20
            }
            #expect(!result.isSuccess && result.errors.text.contains("space"))
        }
    }

    @Test(arguments: await Backend.programsHere()) func oneThatComputesWithoutEndIsHeld(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("while :; do :; done") { $0.limits.processorTime = .seconds(1) }
            #expect(result.end == .signalled(SIGXCPU) || result.end == .signalled(SIGKILL))
        }
    }

    @Test(arguments: await Backend.programsHere()) func oneThatIgnoresSignalsEndsWithAllItHasStarted(backend: Backend)
        async throws
    {
        try await SandboxWorld.with(backend) { world in
            let script = "trap '' TERM INT HUP; (trap '' TERM; setsid sleep 600) & while :; do sleep 1; done"
            let result = try await world.shell(script) { $0.limits.time = .milliseconds(500) }
            #expect(result.end == .timedOut)
        }
    }

    /// Not in gVisor: there it is memory of its own kernel, which is counted with all the rest.
    @Test(arguments: await Backend.here().filter { !$0.isGVisor })
    func oneThatWritesToTheFolderOfDevicesIsHeld(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("echo x > /dev/x || mkdir /dev/y && echo done")
            #expect(!result.output.text.contains("done"))
        }
    }

    @Test(arguments: await Backend.programsHere()) func aLinkLeadsNowhere(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            try FileManager.default.createSymbolicLink(
                atPath: world.path("out"), withDestinationPath: "/etc/hostname")
            let result = try await world.shell("cat out")
            #expect(!result.isSuccess && result.output.count == 0)
        }
    }
}

/// A port of this machine at which somebody listens.
private final class Listener {
    let port: UInt16
    private let socket: Int32

    init() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(socket, $0, size)
                _ = listen(socket, 1)
                _ = unsafe getsockname(socket, $0, &size)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(socket) }
}
