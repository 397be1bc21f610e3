import FoundationEssentials
import Glibc
import Testing
import TuttiAgents
import TuttiMemorySQLite

/// What is left out is told, with its number and its reason.
@Suite struct FolderReportTests {
    private func report(
        _ limits: FolderLimits = FolderLimits(), _ prepare: (String) throws -> Void
    ) async throws -> FolderReport {
        try await withFolder { folder in
            let root = folder + "/root"
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            try prepare(root)
            let retriever = try await FolderRetriever.open(root, limits: limits)
            #expect(try await retriever.passages(for: "secret", limit: 100).isEmpty)
            #expect(try await retriever.passages(for: "plain", limit: 100).count == min(retriever.report.files, 100))
            await retriever.close()
            return retriever.report
        }
    }

    private func skipped(_ report: FolderReport) -> [String] {
        report.skipped.map { "\($0.reason.rawValue) \($0.count) \($0.examples.joined(separator: " "))" }
    }

    @Test func namesWhatIsNoTextOfTheFolder() async throws {
        let report = try await report { root in
            try write(
                [
                    "a.md": "plain", "deep/b.txt": "plain", ".hidden.md": "secret", ".git/config": "secret",
                    ".env": "secret", "node_modules/x/y.js": "secret", "deep/target/z.txt": "secret",
                    "null.bin": "secret\u{0}", "empty.txt": "", "blank.txt": " \n\t\n",
                    "key.pem": "secret\n  -----BEGIN RSA PRIVATE KEY-----\nx\n", "bom.md": "\u{FEFF}plain",
                    "public.pem": "plain -----BEGIN PUBLIC KEY-----",
                ], in: root)
            try write(Data([0x73, 0x65, 0x63, 0x72, 0x65, 0x74, 0x20, 0xFF]), to: "latin.txt", in: root)
            try write(["outside.md": "secret"], in: root + "/..")
            try link(root + "/out.md", to: "../outside.md")
            try link(root + "/etc", to: "/etc")
            try link(root + "/dangling", to: "nowhere")
            try link(root + "/twice.md", to: "a.md")
            try link(root + "/loop", to: ".")
            let made = unsafe mkfifo(root + "/pipe", 0o600)
            #expect(made == 0)
            let odd: [CChar] = Array(root.utf8CString.dropLast()) + [0x2F, CChar(bitPattern: 0xFF), 0]
            let descriptor = unsafe open(odd, O_WRONLY | O_CREAT, 0o600)
            #expect(descriptor >= 0)
            close(descriptor)
        }
        #expect(report.files == 4)
        #expect(report.changed == 4)
        #expect(
            skipped(report) == [
                "hidden 3 .env .git .hidden.md", "built 2 deep/target node_modules", "binary 1 null.bin",
                "not_utf8 1 latin.txt", "empty 2 blank.txt empty.txt", "private_key 1 key.pem",
                "link 2 loop twice.md", "link_out 3 dangling etc out.md", "special 1 pipe", "name_not_utf8 1 \u{FFFD}",
            ])
        #expect(report.description.hasPrefix("4 files with 4 passages in "))
        #expect(report.description.contains("\nleft out: 3 linked to the outside or to nothing (dangling, etc, out.md)"))
    }

    @Test func boundsFilesAndBytes() async throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<10).map { ("f\($0).txt", "plain words") })
        var limits = FolderLimits()
        limits.filesMax = 4
        let few = try await report(limits) { root in try write(files, in: root) }
        #expect(few.files == 4)
        #expect(skipped(few) == ["files_max 6 f4.txt f5.txt f6.txt"])
        #expect(few.description.hasSuffix("left out: 6 beyond the limit of files (f4.txt, f5.txt, f6.txt, …)"))
        limits = FolderLimits()
        limits.bytesMax = 40
        let small = try await report(limits) { root in try write(files, in: root) }
        #expect(skipped(small) == ["bytes_max 7 f3.txt f4.txt f5.txt"])
        limits = FolderLimits()
        limits.fileBytesMax = 11
        let large = try await report(limits) { root in
            try write(files.merging(["large.txt": "secret words"]) { first, _ in first }, in: root)
        }
        #expect(skipped(large) == ["file_bytes_max 1 large.txt"])
    }

    @Test func boundsDepthAndNames() async throws {
        var limits = FolderLimits()
        limits.depthMax = 2
        let deep = try await report(limits) { root in
            try write(["a.md": "plain", "b/c.md": "plain", "b/d/e.md": "secret"], in: root)
        }
        #expect(skipped(deep) == ["depth_max 1 b/d"])
        limits = FolderLimits()
        limits.namesMax = 6
        let wide = try await report(limits) { root in
            let many = Dictionary(uniqueKeysWithValues: (0..<5).map { ("many/\($0).md", "secret") })
            try write(many.merging(["a.md": "plain", "z/b.md": "plain"]) { first, _ in first }, in: root)
        }
        #expect(wide.files == 2)
        #expect(skipped(wide) == ["names_max 1 many"])
    }
}
