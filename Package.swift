// swift-tools-version: 6.2
import PackageDescription

/// One list for every Swift target, so that a new one cannot forget a setting.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // the cost of a protocol value is visible
    .enableUpcomingFeature("MemberImportVisibility"),  // a file uses only what it imports
    .enableUpcomingFeature("InternalImportsByDefault"),  // `public import` marks what leaks into our interface
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // async functions stay where their caller is
    .strictMemorySafety(),  // every unsafe expression carries the word
    .treatAllWarnings(as: .error),
]

/// The same for our own C.
let strictC: [CSetting] = [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]

let package = Package(
    name: "tutti",
    products: [
        .library(name: "Tutti", targets: ["Tutti"]),
        .library(name: "TuttiTesting", targets: ["TuttiTesting"]),
        .executable(name: "tutti", targets: ["tutti-cli"]),
    ],
    targets: [
        // C libraries of the distribution, and shims for what Swift cannot call directly.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CTuttiSystem"),
        .target(name: "CTuttiFiles", cSettings: strictC),
        .target(name: "CTuttiCurl", dependencies: ["CCurl"], cSettings: strictC),

        // The house, from the ground up; arrows point down only.
        .target(name: "TuttiCore", dependencies: ["CCrypto"]),
        .target(name: "TuttiRuntime", dependencies: ["TuttiCore", "CTuttiSystem"]),
        .target(name: "TuttiObservability", dependencies: ["TuttiCore", "TuttiRuntime"]),
        .target(name: "TuttiHTTP", dependencies: ["TuttiCore"]),
        .target(
            name: "TuttiHTTPClient",
            dependencies: ["TuttiCore", "TuttiHTTP", "TuttiRuntime", "CCurl", "CTuttiCurl", "CTuttiSystem"]),
        .target(
            name: "TuttiHTTPServer",
            dependencies: ["TuttiCore", "TuttiHTTP", "TuttiRuntime", "CCrypto", "CTuttiSystem"]),
        .target(name: "TuttiEgress", dependencies: ["TuttiCore", "TuttiHTTP", "TuttiRuntime", "CTuttiSystem"]),
        .target(name: "TuttiStore", dependencies: ["TuttiCore"]),
        .target(name: "TuttiStoreSQLite", dependencies: ["TuttiStore", "TuttiRuntime", "CSQLite"]),
        .target(name: "TuttiEngine", dependencies: ["TuttiCore", "TuttiStore", "TuttiRuntime", "CTuttiSystem"]),
        .target(name: "TuttiDocuments", dependencies: ["TuttiCore"]),
        .target(name: "TuttiYAML", dependencies: ["TuttiCore", "CYAML"]),
        .target(
            name: "TuttiTeams",
            dependencies: [
                "TuttiAgents", "TuttiCore", "TuttiEngine", "TuttiDocuments", "TuttiModels", "TuttiRuntime", "TuttiYAML",
            ]),
        .target(name: "TuttiModels", dependencies: ["TuttiCore"]),
        .target(
            name: "TuttiSandbox", dependencies: ["TuttiCore", "TuttiRuntime", "CSeccomp", "CTuttiSystem"]),
        .target(name: "TuttiTools", dependencies: ["TuttiCore", "TuttiEgress", "TuttiRuntime", "TuttiSandbox"]),
        .target(
            name: "TuttiWorkspaces",
            dependencies: ["TuttiCore", "TuttiDocuments", "TuttiRuntime", "CCrypto", "CTuttiFiles", "CZlib"]),
        .target(name: "TuttiGuards", dependencies: ["TuttiCore", "TuttiModels", "CPCRE2"]),
        .target(
            name: "TuttiRouting",
            dependencies: ["TuttiCore", "TuttiGuards", "TuttiModels", "TuttiRuntime", "TuttiYAML"]),
        .target(
            name: "TuttiAgents",
            dependencies: [
                "TuttiCore", "TuttiEngine", "TuttiModels", "TuttiRuntime", "TuttiSandbox", "TuttiTools",
                "TuttiWorkspaces", "TuttiYAML",
            ]),
        .target(
            name: "TuttiMemorySQLite",
            dependencies: ["TuttiAgents", "TuttiCore", "TuttiRuntime", "TuttiStore", "TuttiStoreSQLite"]),
        .target(
            name: "TuttiProviders",
            dependencies: ["TuttiCore", "TuttiHTTP", "TuttiRuntime", "TuttiModels", "TuttiHTTPClient"]),
        .target(name: "TuttiGateway", dependencies: ["TuttiCore", "TuttiModels", "TuttiRouting", "TuttiRuntime"]),
        .target(name: "TuttiConfiguration", dependencies: ["TuttiCore", "TuttiYAML"]),
        .target(
            name: "Tutti",
            dependencies: [
                "TuttiAgents", "TuttiConfiguration", "TuttiCore", "TuttiDocuments", "TuttiEgress", "TuttiEngine",
                "TuttiMemorySQLite",
                "TuttiModels", "TuttiProviders", "TuttiSandbox", "TuttiStore", "TuttiStoreSQLite", "TuttiTeams",
                "TuttiTools",
            ]),
        .target(
            name: "TuttiAccess",
            dependencies: ["TuttiCore", "TuttiRuntime", "TuttiYAML", "CArgon2", "CCrypt", "CCrypto", "CTuttiSystem"]),
        .target(
            name: "TuttiAccessHTTP",
            dependencies: ["TuttiAccess", "TuttiCore", "TuttiHTTP", "TuttiHTTPClient", "TuttiRuntime"]),
        .target(
            name: "TuttiAccessSQLite",
            dependencies: ["TuttiAccess", "TuttiCore", "TuttiRuntime", "TuttiStore", "TuttiStoreSQLite"]),
        .target(
            name: "TuttiReadings",
            dependencies: ["TuttiAgents", "TuttiCore", "TuttiDocuments", "TuttiStore", "TuttiTeams"]),
        .target(
            name: "TuttiTerminal",
            dependencies: [
                "Tutti", "TuttiAccess", "TuttiAccessHTTP", "TuttiAccessSQLite", "TuttiAgents", "TuttiCore",
                "TuttiConfiguration", "TuttiDocuments", "TuttiEgress", "TuttiEngine", "TuttiHTTPClient", "TuttiModels",
                "TuttiProviders", "TuttiReadings", "TuttiRouting", "TuttiRuntime", "TuttiSandbox", "TuttiStore",
                "TuttiStoreSQLite", "TuttiTeams", "TuttiTools", "TuttiWorkspaces", "TuttiYAML", "CTuttiSystem",
            ]),
        .target(
            name: "TuttiServer",
            dependencies: [
                "CZlib", "TuttiAccess", "TuttiAgents", "TuttiCore", "TuttiDocuments", "TuttiEngine", "TuttiGateway",
                "TuttiGuards", "TuttiHTTP", "TuttiHTTPServer", "TuttiModels", "TuttiObservability", "TuttiProviders",
                "TuttiReadings", "TuttiRouting", "TuttiRuntime", "TuttiSandbox", "TuttiStore", "TuttiTeams",
                "TuttiTools",
                "TuttiWorkspaces",
            ]),
        .target(
            name: "TuttiTesting",
            dependencies: ["TuttiAgents", "TuttiCore", "TuttiEngine", "TuttiModels", "TuttiRuntime", "TuttiStore"]),
        .target(
            name: "TuttiServerSQLite",
            dependencies: [
                "TuttiCore", "TuttiRouting", "TuttiRuntime", "TuttiServer", "TuttiStore", "TuttiStoreSQLite",
            ]),
        .target(
            name: "TuttiGatewaySQLite",
            dependencies: [
                "TuttiCore", "TuttiGateway", "TuttiModels", "TuttiRouting", "TuttiRuntime", "TuttiStore",
                "TuttiStoreSQLite",
            ]),
        .target(name: "CTuttiWeb", cSettings: strictC),
        .target(
            name: "TuttiComposition",
            dependencies: [
                "CTuttiWeb", "Tutti", "TuttiAccess", "TuttiAgents", "TuttiAccessHTTP", "TuttiAccessSQLite",
                "TuttiConfiguration",
                "TuttiCore", "TuttiEgress", "TuttiEngine", "TuttiGateway", "TuttiGatewaySQLite", "TuttiHTTP",
                "TuttiHTTPClient",
                "TuttiHTTPServer", "TuttiModels", "TuttiObservability", "TuttiProviders", "TuttiReadings",
                "TuttiRouting", "TuttiRuntime", "TuttiServer", "TuttiServerSQLite", "TuttiStoreSQLite",
                "TuttiSandbox", "TuttiTerminal", "TuttiTools", "TuttiYAML",
            ]),
        .executableTarget(name: "tutti-cli", dependencies: ["TuttiComposition"]),

        .testTarget(name: "TuttiCoreTests", dependencies: ["TuttiCore"]),
        .testTarget(
            name: "TuttiDocumentsTests", dependencies: ["TuttiCore", "TuttiDocuments"], exclude: ["Corpus"]),
        .testTarget(
            name: "TuttiEngineTests",
            dependencies: [
                "TuttiCore", "TuttiEngine", "TuttiRuntime", "TuttiStore", "TuttiStoreSQLite", "TuttiTesting",
            ]),
        .testTarget(
            name: "TuttiStoreTests",
            dependencies: [
                "TuttiStore", "TuttiStoreSQLite", "TuttiTesting", "TuttiCore", "TuttiEngine", "TuttiRuntime", "CSQLite",
                "FaultVFS", "CFaultVFS", "TestProcess", "engine-probe",
            ]),
        .executableTarget(
            name: "engine-probe",
            dependencies: ["TuttiCore", "TuttiEngine", "TuttiRuntime", "TuttiStore", "TuttiStoreSQLite"],
            path: "Tests/EngineProbe"),
        .target(
            name: "Simulation",
            dependencies: ["TuttiCore", "TuttiEngine", "TuttiRuntime", "TuttiStore", "TuttiTesting"],
            path: "Tests/Simulation/Library"),
        .executableTarget(name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulation/Program"),
        .testTarget(name: "ExplorerTests", dependencies: ["TuttiCore", "TuttiEngine", "TuttiStore"]),
        .testTarget(name: "TidyTests"),
        .target(name: "CFaultVFS", dependencies: ["CSQLite"], cSettings: strictC),  // for tests only
        .target(name: "FaultVFS", dependencies: ["CFaultVFS", "CSQLite"], path: "Tests/FaultVFS"),
        .target(
            name: "FakeModels", dependencies: ["TuttiCore", "TuttiRuntime", "CTuttiSystem"],
            path: "Tests/FakeModels/Library"),
        .executableTarget(
            name: "fake-models", dependencies: ["FakeModels", "TuttiRuntime", "TuttiCore"],
            path: "Tests/FakeModels/Program"),
        .testTarget(
            name: "FakeModelsTests", dependencies: ["FakeModels", "fake-models", "TuttiCore", "TuttiRuntime"]),
        .target(name: "KillLoop", dependencies: ["CSQLite", "TuttiCore"], path: "Tests/KillLoop/Library"),
        .executableTarget(name: "kill-loop", dependencies: ["KillLoop"], path: "Tests/KillLoop/Program"),
        .executableTarget(name: "fake-tutti", dependencies: ["CSQLite"], path: "Tests/KillLoop/FakeTutti"),
        .testTarget(
            name: "KillLoopTests",
            dependencies: ["KillLoop", "FakeModels", "CSQLite", "TuttiCore", "fake-tutti", "fake-models"]),
        .testTarget(name: "FaultVFSTests", dependencies: ["FaultVFS", "CFaultVFS", "CSQLite"]),
        .testTarget(name: "TuttiRuntimeTests", dependencies: ["TuttiRuntime", "TuttiCore", "CTuttiSystem"]),
        .testTarget(
            name: "TuttiObservabilityTests",
            dependencies: ["TuttiObservability", "TuttiCore", "TuttiRuntime", "TuttiTesting"]),
        .executableTarget(
            name: "http-calls", dependencies: ["TuttiHTTP", "TuttiHTTPClient", "TuttiRuntime", "CTuttiSystem"],
            path: "Benchmarks/http-calls"),
        .executableTarget(
            name: "folder-index", dependencies: ["TuttiMemorySQLite", "TuttiAgents", "TuttiCore"],
            path: "Benchmarks/folder-index"),
        .executableTarget(
            name: "call-ledger", dependencies: ["TuttiGateway", "TuttiGatewaySQLite", "TuttiCore", "TuttiRuntime"],
            path: "Benchmarks/call-ledger"),
        .executableTarget(
            name: "limit-windows", dependencies: ["TuttiAccess", "TuttiCore", "TuttiRuntime"],
            path: "Benchmarks/limit-windows"),
        .executableTarget(
            name: "policy-decisions", dependencies: ["TuttiAccess", "TuttiCore", "TuttiRuntime"],
            path: "Benchmarks/policy-decisions"),
        .executableTarget(
            name: "sandbox-start", dependencies: ["TuttiSandbox", "TuttiCore", "TuttiRuntime"],
            path: "Benchmarks/sandbox-start"),
        .executableTarget(
            name: "guard-scan", dependencies: ["TuttiGuards", "TuttiCore", "TuttiRuntime"],
            path: "Benchmarks/guard-scan"),
        .executableTarget(
            name: "route-decisions", dependencies: ["TuttiRouting", "TuttiCore", "TuttiModels", "TuttiRuntime"],
            path: "Benchmarks/route-decisions"),
        .executableTarget(
            name: "http-server",
            dependencies: ["TuttiHTTPServer", "TuttiHTTP", "TuttiCore", "TuttiRuntime", "CTuttiSystem"],
            path: "Benchmarks/http-server"),
        .testTarget(
            name: "TuttiSandboxTests", dependencies: ["TuttiSandbox", "TuttiCore", "TuttiRuntime", "TuttiTesting"]),
        .testTarget(
            name: "TuttiToolsTests", dependencies: ["TuttiTools", "TuttiSandbox", "TuttiCore", "TuttiRuntime"]),
        .testTarget(
            name: "TuttiWorkspacesTests",
            dependencies: ["TuttiWorkspaces", "TuttiDocuments", "TuttiRuntime", "TestProcess", "workspace-probe"]),
        .executableTarget(
            name: "workspace-probe", dependencies: ["TuttiWorkspaces"], path: "Tests/WorkspaceProbe"),
        .executableTarget(
            name: "workspace-snapshot", dependencies: ["TuttiWorkspaces"], path: "Benchmarks/workspace-snapshot"),
        .testTarget(
            name: "TuttiEgressTests",
            dependencies: [
                "TuttiEgress", "TuttiCore", "TuttiRuntime", "CTestTLS", "TestProcess", "TestServer",
                "egress-bridge-probe",
            ]),
        .executableTarget(
            name: "egress-bridge-probe", dependencies: ["TuttiEgress"], path: "Tests/EgressBridgeProbe"),
        .testTarget(
            name: "TuttiHTTPClientTests",
            dependencies: [
                "TuttiHTTPClient", "TuttiHTTP", "TuttiHTTPServer", "TuttiCore", "TuttiRuntime", "TuttiTesting",
                "CTestTLS", "TestServer",
            ]),
        .testTarget(
            name: "TuttiHTTPServerTests",
            dependencies: [
                "TuttiHTTPServer", "TuttiHTTP", "TuttiCore", "TuttiRuntime", "TuttiTesting", "TestServer",
                "HTTPFuzzing",
            ], exclude: ["Corpus"]),
        .target(
            name: "HTTPFuzzing", dependencies: ["TuttiHTTPServer", "TuttiHTTP"], path: "Tests/FuzzHTTP/Library"),
        .executableTarget(
            name: "fuzz-http", dependencies: ["HTTPFuzzing", "TuttiRuntime"], path: "Tests/FuzzHTTP/Program"),
        .target(
            name: "TestServer", dependencies: ["TuttiCore", "TuttiRuntime", "CTestTLS"], path: "Tests/TestServer"),
        .target(name: "TestProcess", dependencies: ["TuttiRuntime"], path: "Tests/TestProcess"),
        .target(
            name: "CTestTLS", dependencies: ["CCrypto"], cSettings: strictC,  // for tests only
            linkerSettings: [.linkedLibrary("ssl")]),
        .testTarget(
            name: "TuttiServerTests",
            dependencies: [
                "TuttiAccess", "TuttiAccessSQLite", "TuttiAgents", "TuttiCore", "TuttiEngine", "TuttiGateway",
                "TuttiGuards", "TuttiHTTP", "TuttiHTTPClient", "TuttiHTTPServer", "TuttiModels", "TuttiObservability",
                "TuttiProviders", "TuttiRouting", "TuttiRuntime", "TuttiServer", "TuttiServerSQLite", "TuttiStore",
                "TuttiTeams", "TuttiTesting", "TuttiTools",
            ]),
        .testTarget(
            name: "TuttiAccessTests",
            dependencies: [
                "TuttiAccess", "TuttiAccessSQLite", "TuttiCore", "TuttiRuntime", "TuttiStore", "TuttiStoreSQLite",
                "TuttiTesting", "CCrypto", "CSQLite", "FaultVFS", "CFaultVFS", "TestProcess",
                "TuttiYAML", "audit-probe",
            ]),
        .executableTarget(
            name: "audit-probe", dependencies: ["TuttiAccess", "TuttiAccessSQLite", "TuttiCore"],
            path: "Tests/AuditProbe"),
        .testTarget(
            name: "TuttiGatewayTests",
            dependencies: [
                "TuttiGateway", "TuttiGatewaySQLite", "TuttiCore", "TuttiModels", "TuttiRouting", "TuttiRuntime",
                "TuttiStore", "TuttiStoreSQLite", "CSQLite", "FaultVFS", "CFaultVFS", "TestProcess", "call-probe",
            ]),
        .executableTarget(
            name: "call-probe", dependencies: ["TuttiGateway", "TuttiGatewaySQLite", "TuttiCore"],
            path: "Tests/CallProbe"),
        .testTarget(
            name: "TuttiAccessHTTPTests",
            dependencies: [
                "CCrypto",
                "TuttiAccess", "TuttiAccessHTTP", "TuttiCore", "TuttiHTTP", "TuttiHTTPClient", "TuttiRuntime",
                "TuttiTesting", "TestServer",
            ]),
        .testTarget(name: "TuttiYAMLTests", dependencies: ["TuttiYAML"]),
        .testTarget(
            name: "TuttiMemorySQLiteTests",
            dependencies: [
                "TuttiMemorySQLite", "TuttiAgents", "TuttiCore", "TuttiRuntime", "TuttiStore", "TuttiStoreSQLite",
                "TuttiTesting", "CSQLite", "FaultVFS", "CFaultVFS", "memory-probe",
            ]),
        .executableTarget(
            name: "memory-probe", dependencies: ["TuttiMemorySQLite", "TuttiAgents"], path: "Tests/MemoryProbe"),
        .testTarget(name: "TuttiConfigurationTests", dependencies: ["TuttiConfiguration", "TuttiCore", "TuttiYAML"]),
        .testTarget(
            name: "TuttiAgentsTests",
            dependencies: [
                "TuttiAgents", "TuttiCore", "TuttiEngine", "TuttiModels", "TuttiStore", "TuttiTesting", "TuttiTools",
                "TuttiSandbox", "TuttiWorkspaces",
                "TuttiYAML",
            ]),
        .testTarget(name: "TuttiModelsTests", dependencies: ["TuttiModels", "TuttiCore"]),
        .testTarget(
            name: "TuttiRoutingTests",
            dependencies: [
                "TuttiRouting", "TuttiCore", "TuttiGuards", "TuttiModels", "TuttiRuntime", "TuttiTesting", "TuttiYAML",
            ]),
        .testTarget(
            name: "TuttiGuardsTests", dependencies: ["TuttiGuards", "TuttiCore", "TuttiModels", "TuttiRuntime"]),
        .testTarget(
            name: "TuttiProvidersTests",
            dependencies: [
                "TuttiProviders", "TuttiCore", "TuttiHTTP", "TuttiHTTPClient", "TuttiModels", "TuttiRuntime",
                "TestServer",
            ]),
        .testTarget(
            name: "TuttiTeamsTests",
            dependencies: [
                "TuttiAgents", "TuttiModels", "TuttiTeams", "TuttiEngine", "TuttiStore", "TuttiTesting",
                "TuttiDocuments", "TuttiCore", "TuttiYAML", "TestServer",
            ]),
        .testTarget(
            name: "TuttiTests",
            dependencies: [
                "Tutti", "TuttiConfiguration", "TuttiTeams", "TuttiEngine", "TuttiStore", "TuttiDocuments", "TuttiCore",
                "TuttiTesting",
            ]),
        .testTarget(
            name: "TuttiTerminalTests",
            dependencies: [
                "TuttiAccess", "TuttiAccessSQLite", "TuttiAgents", "TuttiTerminal", "Tutti", "TuttiConfiguration",
                "TuttiDocuments", "TuttiCore",
                "TuttiEngine",
                "TuttiModels", "TuttiProviders", "TuttiReadings", "TuttiRuntime", "TuttiStore", "TuttiStoreSQLite",
                "TuttiComposition", "TuttiTeams", "FakeModels", "TestServer", "CTuttiSystem", "tutti-cli",
            ]),
    ]
)

for target in package.targets where target.type != .system && !target.name.hasPrefix("C") {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
