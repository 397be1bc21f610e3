import FoundationEssentials
import Glibc
import TestProcess
import Testing

@testable import TuttiWorkspaces

/// Objects that are missing or are not what they were.
struct DamageTests {
    private enum Harm: CaseIterable {
        case changed, cut, missing

        func apply(to path: String) throws {
            var bytes = try Data(contentsOf: URL(filePath: path))
            try FileManager.default.removeItem(atPath: path)
            switch self {
            case .changed: bytes[bytes.startIndex] ^= 1
            case .cut: bytes = bytes.dropLast()
            case .missing: return
            }
            try bytes.write(to: URL(filePath: path))
        }
    }

    @Test func damageIsToldAndASnapshotMakesItGood() async throws {
        for harm in Harm.allCases {
            let world = try await WorkspaceWorld()
            try world.write("a", "text")
            try world.write("b/c", "other")
            world.waitForMoment()
            let id = try await world.snapshot()
            let path = try await world.objectPath(id, "a")
            try harm.apply(to: path)
            let name = try #require(path.split(separator: "/").last)
            await #expect { try await world.text(id, "a") } throws: { error in
                let error = error as? WorkspaceError
                return error?.reason == .damaged && error?.message.contains(name) == true
            }
            let fork = try await world.store.makeWorkspace("fork")
            await #expect { try await world.store.restore(id, into: fork) } throws: {
                WorkspaceError.isReason(.damaged)($0)
            }
            for format in ArchiveFormat.allCases {
                let archive = world.store.archive(id, format)
                for _ in 0..<2 {  // also when it is asked again
                    await #expect { while try await archive.next() != nil {} } throws: {
                        WorkspaceError.isReason(.damaged)($0)
                    }
                }
            }
            #expect(try await world.snapshot() == id)
            #expect(try await world.text(id, "a") == "text")
            #expect(world.names("doubted").isEmpty)
            try await world.store.restore(id, into: fork)
        }
    }

    @Test func aDamagedFolderIsToldAndMadeGood() async throws {
        for harm in Harm.allCases {
            let world = try await WorkspaceWorld()
            try world.write("b/c", "other")
            world.waitForMoment()
            let id = try await world.snapshot()
            try harm.apply(to: world.objectPath("trees", id.description))
            await #expect(throws: WorkspaceError.self) { try await world.store.list(id) }
            await #expect(throws: WorkspaceError.self) { try await world.store.collect(keeping: [id], grace: .zero) }
            #expect(try await world.snapshot() == id)
            #expect(try await world.contents(id) == ["b/": "", "b/c": "other"])
        }
    }
}
