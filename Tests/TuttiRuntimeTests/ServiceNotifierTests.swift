import CTuttiSystem
import FoundationEssentials
import Glibc
import Testing
import TuttiRuntime

struct ServiceNotifierTests {
    /// A manager that hears what it is told.
    private struct Manager {
        let path: String
        let descriptor: Int32

        init() {
            path = FileManager.default.temporaryDirectory.path + "/notify-\(UInt64.random(in: 0 ... .max))"
            descriptor = unsafe CTuttiSystem_bindDatagramSocket(path)
        }

        func hear() -> String {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }

        func close() {
            _ = Glibc.close(descriptor)
            _ = unsafe unlink(path)
        }
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "/"], ["NOTIFY_SOCKET": "relative"]])
    func nobodyWantsToKnow(environment: [String: String]) {
        #expect(ServiceNotifier(environment: environment) == nil)
    }

    @Test func tellsStartAndEnd() throws {
        let manager = Manager()
        defer { manager.close() }
        let notifier = try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": manager.path]))
        #expect(notifier.ready(status: "listening\nREADY=0"))
        #expect(manager.hear() == "READY=1\nSTATUS=listening READY=0")
        #expect(notifier.status("3 runs"))
        #expect(manager.hear() == "STATUS=3 runs")
        #expect(notifier.isAlive())
        #expect(manager.hear() == "WATCHDOG=1")
        #expect(notifier.stopping())
        #expect(manager.hear() == "STOPPING=1")
    }

    @Test func losesWhatNobodyHears() throws {
        let notifier = try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": "/nowhere/at/all"]))
        #expect(!notifier.ready())
        let tooLong = "/" + String(repeating: "x", count: 200)
        #expect(ServiceNotifier(environment: ["NOTIFY_SOCKET": tooLong])?.ready() == false)
        #expect(ServiceNotifier(environment: ["NOTIFY_SOCKET": "@tutti-nobody"])?.ready() == false)
    }

    @Test func knowsHowOftenItIsWatched() throws {
        let environment = ["NOTIFY_SOCKET": "/a", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "12"]
        #expect(ServiceNotifier(environment: environment, process: 12)?.watchdogLimit == .seconds(30))
        #expect(ServiceNotifier(environment: environment, process: 13)?.watchdogLimit == nil)
        #expect(ServiceNotifier(environment: ["NOTIFY_SOCKET": "/a"], process: 12)?.watchdogLimit == nil)
    }
}
