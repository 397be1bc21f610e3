import TuttiAgents
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiReadings
import TuttiStore
import TuttiWorkspaces

/// The files that agents have worked on: what has changed, by which call, and all of them to take away.
struct RunFilesRoutes: Sendable {
    let reads: RunReads
    let workspaces: HomeWorkspaces?

    var all: [Route] { [list, content, diff, archive] }

    private static let path = Parameter<String?>.text(
        "path", "A file, from the workspace's folder on.", lengthMax: 1024)
    private static let version = Parameter<String?>.text("version", "A version; the latest without it.")
    private static let from = Parameter<String?>.text("from", "The old version; the first without it.")
    private static let to = Parameter<String?>.text("to", "The new version; the latest without it.")
    private static let format = Parameter<String?>.text("format", "`zip`, `tar` or `tar.gz`; `zip` without it.")
    private static let missing = AnswerDescription.problem(
        404, "There is no such run, it is none of an agent, or there is no such file or version.")

    // MARK: What has changed

    struct FilesView: Codable, Sendable {
        struct Version: Codable, Sendable {
            var key: String
            var version: String
        }

        struct Change: Codable, Sendable {
            var path: String
            /// `added`, `removed` or `changed`.
            var kind: String
        }

        var first: String?
        var latest: String?
        var versions: [Version]
        var changes: [Change]
    }

    private var list: Route {
        Route(
            .get, "/api/v1/runs/{run}/files", "listFiles", .agents,
            "Lists the versions of an agent's files, and what differs between two of them.",
            parameters: [RunParameters.run.description, Self.from.description, Self.to.description],
            answers: [.json(200, FilesView.self, "The versions and changes."), Self.missing, .ambiguousRun]
        ) { request in
            let (versions, store) = try await files(request)
            let old = try request[Self.from] ?? versions.first
            let new = try request[Self.to] ?? versions.latest
            return try request.answer(
                FilesView(
                    first: versions.first, latest: versions.latest,
                    versions: versions.all.map { .init(key: $0.key, version: $0.version) },
                    changes: try await changes(from: old, to: new, store)))
        }
    }

    private func changes(
        from old: String?, to new: String?, _ store: WorkspaceStore
    ) async throws -> [FilesView.Change] {
        guard let new else { return [] }
        let (old, latest) = (try old.map(Self.snapshot), try Self.snapshot(new))
        return try await Self.reading {
            try await store.fileChanges(from: old, to: latest).map { .init(path: $0.path, kind: $0.kind.rawValue) }
        }
    }

    // MARK: One file

    private var content: Route {
        Route(
            .get, "/api/v1/runs/{run}/files/content", "getFile", .agents, "Gives the bytes of one file.",
            parameters: [RunParameters.run.description, Self.path.description, Self.version.description],
            answers: [.content(200, "application/octet-stream", "The bytes."), Self.missing, .ambiguousRun]
        ) { request in
            let (versions, store) = try await files(request)
            let version = try Self.snapshot(try request[Self.version] ?? versions.latest)
            let path = try Self.path(of: request)
            let bytes = try await Self.reading { try await store.read(version, path) }
            let isText = String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0)
            return request.answer(
                bytes: bytes, mediaType: isText ? "text/plain; charset=utf-8" : "application/octet-stream")
        }
    }

    struct FileDiffView: Codable, Sendable {
        struct Hunk: Codable, Sendable {
            struct Line: Codable, Sendable {
                /// `same`, `added` or `removed`.
                var kind: String
                var text: String
            }

            var oldStart: Int64
            var newStart: Int64
            var lines: [Line]
        }

        /// `lines`, `binary` or `too_large`.
        var kind: String
        var hunks: [Hunk]
    }

    private var diff: Route {
        Route(
            .get, "/api/v1/runs/{run}/files/diff", "diffFile", .agents,
            "Tells how a file differs between two versions.",
            parameters: [
                RunParameters.run.description, Self.path.description, Self.from.description, Self.to.description,
            ],
            answers: [.json(200, FileDiffView.self, "The difference."), Self.missing, .ambiguousRun]
        ) { request in
            let (versions, store) = try await files(request)
            let new = try Self.snapshot(try request[Self.to] ?? versions.latest)
            let old = try (try request[Self.from] ?? versions.first).map(Self.snapshot)
            let path = try Self.path(of: request)
            let difference = try await Self.reading {
                try await store.textDiff(old, new, path)
            }
            return try request.answer(FileDiffView(difference))
        }
    }

    // MARK: All of them

    private var archive: Route {
        Route(
            .get, "/api/v1/runs/{run}/files/archive", "archiveFiles", .agents, "Gives all files as one.",
            parameters: [RunParameters.run.description, Self.version.description, Self.format.description],
            answers: [.content(200, "application/zip", "The archive."), Self.missing, .ambiguousRun]
        ) { request in
            let (versions, store) = try await files(request)
            let version = try Self.snapshot(try request[Self.version] ?? versions.latest)
            let (format, ending, type) = try Self.format(named: try request[Self.format] ?? "zip")
            _ = try await Self.reading { try await store.list(version) }  // an unknown version is told before the head
            let archive = store.archive(version, format)
            let name = try request[RunParameters.run].filter { $0.isLetter || $0.isNumber || $0 == "_" }
            return ServerResponse(
                headers: [
                    "Content-Type": type, "Content-Disposition": "attachment; filename=\"\(name).\(ending)\"",
                ],
                body: .stream(length: nil) { writer in
                    while let piece = try await archive.next() { try await writer.write(piece) }
                })
        }
    }

    private static func format(named name: String) throws -> (ArchiveFormat, ending: String, type: String) {
        switch name {
        case "zip": (.zip, "zip", "application/zip")
        case "tar": (.tar, "tar", "application/x-tar")
        case "tar.gz": (.tarGzip, "tar.gz", "application/gzip")
        default: throw Problem.badParameter("format", "enum", "takes zip, tar or tar.gz")
        }
    }

    // MARK: The run

    private func files(_ request: RouteRequest) async throws -> (AgentVersions, WorkspaceStore) {
        let record = try await reads.record(try request[RunParameters.run])
        guard record.summary.workflow == Agent.name, let workspaces else {
            throw Problem(404, "not_an_agent", "\(record.summary.id) is no run of an agent, and has no files")
        }
        return (try await AgentVersions(record, in: reads.engine.store), try await workspaces.store)
    }

    private static func path(of request: RouteRequest) throws -> EntryPath {
        guard let text = try request[path] else {
            throw Problem.badParameter("path", "required", "'path' is missing; name a file that GET …/files lists")
        }
        do {
            return try EntryPath(text)
        } catch {
            throw Problem.badParameter("path", "path", error.message)
        }
    }

    private static func snapshot(_ text: String?) throws -> SnapshotID {
        guard let text else { throw Problem(404, "no_files", "the agent has not worked on any files") }
        guard let version = SnapshotID(text) else {
            throw Problem(404, "unknown_version", "there is no version of this name; GET …/files lists them")
        }
        return version
    }

    /// What the store refuses, in the API's words.
    private static func reading<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as WorkspaceError {
            let status = error.reason == .notFound ? 404 : error.reason == .input ? 422 : 503
            throw Problem(status, error.code, error.message)
        }
    }
}

extension RunFilesRoutes.FileDiffView {
    fileprivate init(_ difference: SnapshotTextDiff) {
        switch difference {
        case .binary: self.init(kind: "binary", hunks: [])
        case .tooLarge: self.init(kind: "too_large", hunks: [])
        case .lines(let lines):
            self.init(
                kind: "lines",
                hunks: lines.hunks.map { hunk in
                    Hunk(
                        oldStart: Int64(hunk.old.lowerBound + 1), newStart: Int64(hunk.new.lowerBound + 1),
                        lines: hunk.lines.map { Hunk.Line(kind: Self.word(for: $0.kind), text: $0.text) })
                })
        }
    }

    private static func word(for kind: LineDiff.Line.Kind) -> String {
        switch kind {
        case .context: "same"
        case .deletion: "removed"
        case .insertion: "added"
        }
    }
}
