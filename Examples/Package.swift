// swift-tools-version: 6.2
import PackageDescription

// Programs that use the library as any other package would: by its products alone.
let tutti: Target.Dependency = .product(name: "Tutti", package: "tutti")
let testing: Target.Dependency = .product(name: "TuttiTesting", package: "tutti")

let package = Package(
    name: "tutti-examples",
    dependencies: [.package(name: "tutti", path: "..")],
    targets: [
        .executableTarget(name: "five-lines", dependencies: [tutti], path: "Sources/FiveLines"),
        .executableTarget(
            name: "briefing", dependencies: [tutti, testing, "BriefingWorkflow"], path: "Sources/Briefing"),
        .executableTarget(name: "plug-ins", dependencies: [tutti], path: "Sources/PlugIns"),
        .executableTarget(name: "model-table", dependencies: [tutti, testing], path: "Sources/ModelTable"),
        .target(name: "BriefingWorkflow", dependencies: [tutti]),
        .testTarget(name: "BriefingTests", dependencies: [tutti, testing, "BriefingWorkflow"]),
    ]
)

for target in package.targets { target.swiftSettings = [.treatAllWarnings(as: .error)] }
