import Testing
import TuttiCore

struct ServiceTests {
    private func unit() throws -> [String] {
        try Shipped.text("deploy/systemd/tutti.service").split(separator: "\n").map(String.init)
    }

    private func value(_ key: String) throws -> String? {
        try unit().last { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    @Test func givesTheProgramTimeToDrain() throws {
        let stop = try #require(try value("TimeoutStopSec").flatMap { DurationText.read($0 + "s") })
        #expect(stop > .seconds(30) && stop <= .seconds(60))
        #expect(try value("KillSignal") == "SIGTERM")
    }

    @Test func keepsWhatItWritesInItsHome() throws {
        #expect(try value("StateDirectory") == "tutti" && value("Environment") == "TUTTI_HOME=%S/tutti")
        #expect(try value("ExecStart") == "/usr/local/bin/tutti serve" && value("Type") == "notify")
    }

    @Test(arguments: [
        ("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("ProtectHome", "yes"), ("PrivateDevices", "yes"),
        ("MemoryDenyWriteExecute", "yes"), ("CapabilityBoundingSet", ""), ("UMask", "0077"),
        ("RestrictNamespaces", "yes"), ("SystemCallArchitectures", "native"),
    ])
    func takesAwayWhatIsNotNeeded(key: String, expected: String) throws {
        #expect(try value(key) == expected)
    }

    @Test func theDocumentNamesTheVariablesThatAreRead() throws {
        func variables(_ text: String) -> Set<Substring> {
            Set(
                text.split { !($0.isASCII && ($0.isUppercase || $0 == "_")) }.filter {
                    $0.hasPrefix("OTEL_") && $0.count > 5
                })
        }
        let told = variables(try Shipped.text("docs/operations.md"))
        let read = variables(try Shipped.text("Sources/TuttiObservability/Traces/OTLPSettings+Environment.swift"))
        #expect(told == read)
    }
}
