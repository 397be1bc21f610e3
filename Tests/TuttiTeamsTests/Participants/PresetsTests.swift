import FoundationEssentials
import Glibc
import Testing
import TuttiCore

@testable import TuttiTeams

@Suite("Presets")
struct PresetsTests {
    private static func error(_ body: () throws -> Void) -> PresetError? {
        do {
            try body()
            return nil
        } catch {
            return error as? PresetError
        }
    }

    /// A home of its own, gone afterwards.
    private static func withHome(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "presets-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: home) }
        try FileManager.default.createDirectory(atPath: home + "/presets", withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(home)/presets/\(name)")) }
        try body(home)
    }

    // MARK: Bad names and files

    @Test func anUnknownNameGetsTheNearest() {
        #expect(
            Self.error { _ = try Presets().named("code-reviw") }?.message
                == "there is no preset 'code-reviw'; did you mean 'code-review'?")
        #expect(
            Self.error { _ = try Presets().panel("zzz\u{1B}[0m") }?.message
                == "there is no preset 'zzz[0m'; there are architecture, business-strategy, code-review, prd; or name "
                + "a file that ends with .yaml")
        #expect(Self.error { _ = try Presets().text(of: "") }?.code == "unknown_preset")
    }

    @Test func filesThatCannotBeReadSayWhy() throws {
        try Self.withHome(["broken.yaml": "goal: [", "huge.yaml": String(repeating: "#", count: (256 << 10) + 1)]) {
            home in
            let folder = home + "/presets"
            try Data([0x61, 0xFF]).write(to: URL(filePath: folder + "/latin.yaml"))
            try FileManager.default.createDirectory(atPath: folder + "/dir.yaml", withIntermediateDirectories: true)
            #expect(unsafe mkfifo(folder + "/pipe.yaml", 0o600) == 0)
            let presets = try Presets(home: home)
            let problems = ["huge", "latin", "dir", "pipe", "broken"].map { name in
                Self.error { _ = try presets.named(name) }?.message
            }
            #expect(
                problems == [
                    "\(folder)/huge.yaml has more than 262144 bytes; shorten it",
                    "\(folder)/latin.yaml is no UTF-8; save it as UTF-8", "\(folder)/dir.yaml is no file; name a file",
                    "\(folder)/pipe.yaml is no file; name a file",
                    "\(folder)/broken.yaml:2:1: did not find expected node content",
                ])
            #expect(
                Self.error { _ = try presets.panel(home + "/none.yaml") }?.message
                    == "\(home)/none.yaml is not there; check the path")
            // A mistake in one spoils no other.
            #expect(try presets.named("prd") == Presets().named("prd"))
        }
    }

    @Test func aFolderThatIsNoneIsRefusedAndNoneIsEmpty() throws {
        try Self.withHome([:]) { home in
            #expect(try Presets(home: home + "/presets") == Presets())
            try FileManager.default.removeItem(atPath: home + "/presets")
            try Data().write(to: URL(filePath: home + "/presets"))
            let error = Self.error { _ = try Presets(home: home) }
            #expect(error?.code == "unreadable_preset")
            #expect(error?.message.hasPrefix("\(home)/presets cannot be read as a folder") == true)
        }
    }

    @Test func theirNumberIsBounded() throws {
        let files = (0...Presets.filesMax).map { ("p\($0).yaml", "") }
        try Self.withHome(Dictionary(files, uniquingKeysWith: { $1 })) { home in
            #expect(
                Self.error { _ = try Presets(home: home) }?.message
                    == "\(home)/presets has 201 presets, the limit is 200; remove some")
        }
    }

    // MARK: What is there

    @Test func onesOwnGoBeforeTheBuiltInOnes() throws {
        let files = ["prd.yaml": PanelTests.minimal, "mine.yml": PanelTests.minimal, "a.txt": "x", ".b.yaml": "x"]
        try Self.withHome(files) { home in
            let presets = try Presets(home: home + "/")
            #expect(presets.names == ["architecture", "business-strategy", "code-review", "mine", "prd"])
            #expect(try presets.named("prd").participants.map(\.name) == ["security"])
            #expect(try presets.text(of: "mine") == PanelTests.minimal)
            #expect(presets.origin(of: "prd") == .file("\(home)/presets/prd.yaml"))
            #expect(presets.origin(of: "code-review") == .builtIn && presets.origin(of: "x") == nil)
            #expect(try Presets().panel("\(home)/presets/mine.yml") == presets.named("mine"))
        }
    }

    @Test(arguments: Presets().names) func theBuiltInOnesAreSound(name: String) throws {
        let panel = try Presets().named(name)
        #expect((3...4).contains(panel.participants.count))
        #expect(panel.description != nil && panel.goal != nil && panel.moderatorFocus != nil && panel.kind != nil)
        // What somebody gets who copies it is what Tutti would write.
        #expect(try panel.yaml == Presets().text(of: name))
        let names = Set(panel.participants.map(\.name))
        for participant in panel.participants {
            for severity in Severity.allCases {
                #expect(participant.instructions.contains("- \(severity.rawValue): "), "\(participant.name)")
            }
            #expect(participant.instructions.contains("A good finding: \""))
            #expect(participant.instructions.contains("Do not "))
            #expect((3...6).contains(participant.focus.count) && !participant.leaves.isEmpty)
            for left in participant.leaves {
                let owners = left.split(separator: ": ").last?.split(separator: ", ").map(String.init) ?? []
                #expect(!owners.isEmpty && names.subtracting([participant.name]).isSuperset(of: owners), "\(left)")
            }
        }
    }
}
