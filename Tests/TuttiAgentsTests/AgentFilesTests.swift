import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiSandbox
import TuttiStore
import TuttiTesting
import TuttiTools
import TuttiWorkspaces

@testable import TuttiAgents

/// Files that agents work on: exactly those that the journal tells of, whatever has happened in between.
@Suite struct AgentFilesTests {
    /// A home of one test.
    private struct Files: Sendable {
        let folder: TemporaryFolder

        static func with<Output>(_ body: (Files) async throws -> Output) async throws -> Output {
            let files = Files(folder: try TemporaryFolder(for: .ours))
            defer { files.folder.remove() }
            return try await body(files)
        }

        /// As a process has them that has just been started.
        var workspaces: HomeWorkspaces {
            let path = folder.path + "/workspaces"
            return HomeWorkspaces { try await WorkspaceStore.open(path) }
        }

        func text(of name: String, in version: String?) async throws -> String? {
            guard let version = version.flatMap(SnapshotID.init) else { return nil }
            let bytes = try await workspaces.store.read(version, try EntryPath(name))
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Adds a letter to a file: done twice, it is there twice.
    private static func append() -> TestTool {
        TestTool("append", access: .writes) { arguments, call in
            let path = try call.workspace().folder + "/log"
            let before = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            try Data((before + (arguments["text"]?.stringValue ?? "?")).utf8).write(to: URL(filePath: path))
            return ToolOutput("\(before.count + 1)")
        }
    }

    private static let look = TestTool("look", access: .reads) { _, call in
        let path = try call.workspace().folder + "/log"
        return ToolOutput((try? String(contentsOfFile: path, encoding: .utf8)) ?? "nothing")
    }

    private static let answers: [ModelResponse] = [
        .calling(("append", #"{"text":"a"}"#), ("look", "{}"), ("look", "{}"), ("append", #"{"text":"b"}"#)),
        .calling(("look", "{}"), ("append", #"{"text":"c"}"#)), .saying("done"),
    ]

    private static let definition = AgentDefinition.test([AgentTool("append"), AgentTool("look")])

    /// Answers by how far the conversation has come, so that a repeated question gets the same answer.
    private static func provider() -> TestProvider {
        TestProvider { request in
            answers[min(request.messages.count { $0.role == .assistant }, answers.count - 1)]
        }
    }

    @Test("each call finds what the one before has left")
    func inOrder() async throws {
        try await Files.with { files in
            let world = AgentWorld(
                Self.provider(), tools: [Self.append(), Self.look], workspaces: files.workspaces)
            let result = try await world.run(Self.definition)
            #expect(world.heard.map(\.text) == ["1", "a", "a", "2", "ab", "3"])
            #expect(try await files.text(of: "log", in: result.files) == "abc")
            #expect(try await files.workspaces.store.workspaceNames().isEmpty)  // the folder has gone with the run
        }
    }

    @Test("a death at every commit repeats no change of a file", arguments: CrashingStore.Moment.allCases)
    func deaths(moment: CrashingStore.Moment) async throws {
        var options = EngineOptions()
        options.batchMax = 1  // each command is a point to die at
        options.poll = .seconds(3600)
        var deaths = 0
        for apply in 1...60 {
            let died = try await Files.with { files in
                let store = MemoryJournalStore()
                let crashing = CrashingStore(store, at: apply, moment) { store.kill($0) }
                let input = try AgentInput(agent: Self.definition, task: "write")
                // Two processes, one after the other: each with workspaces that know nothing of the other's.
                let first = AgentWorld(
                    Self.provider(), tools: [Self.append(), Self.look], workspaces: files.workspaces)
                _ = try? await withEngine(on: crashing, [first.agent], options: options) { engine in
                    try await engine.start(first.agent, input, idempotencyKey: "one").output
                }
                let second = AgentWorld(
                    Self.provider(), tools: [Self.append(), Self.look], workspaces: files.workspaces)
                let result = try await withEngine(on: store, [second.agent], options: options) { engine in
                    let known = try await store.runs(RunFilter(kin: .roots), tenant: "default").first
                    if let known, !known.status.isFinal {
                        return try await engine.resume(known.id, as: AgentResult.self).output
                    }
                    return try await engine.start(second.agent, input, idempotencyKey: "one").output
                }
                #expect(try await files.text(of: "log", in: result.files) == "abc", "dying \(moment) commit \(apply)")
                return crashing.isDead
            }
            if !died { break }
            deaths += 1
        }
        #expect(deaths > 8)
    }

    @Test("a call that must not happen twice asks a person after a death")
    func atMostOnce() async throws {
        let sent = Mutex(0)
        let mail = TestTool("send", repetition: .atMostOnce) { _, _ in
            sent.withLock { $0 += 1 }
            return ToolOutput("sent")
        }
        let answers: [ModelResponse] = [.calling(("send", "{}")), .saying("done")]
        let provider = TestProvider { request in
            answers[min(request.messages.count { $0.role == .assistant }, 1)]
        }
        let store = MemoryJournalStore()
        var options = EngineOptions()
        options.batchMax = 1
        options.poll = .seconds(3600)
        let dying = Mutex<CrashingStore?>(nil)
        let last = TestTool("send", repetition: .atMostOnce) { _, _ in
            sent.withLock { $0 += 1 }
            dying.withLock { $0?.die() }  // between the effect and its record
            return ToolOutput("sent")
        }
        let crashing = CrashingStore(store, at: .max, .beforeCommit) { store.kill($0) }
        dying.withLock { $0 = crashing }
        let input = try AgentInput(agent: .test([AgentTool("send")]), task: "send it")
        let first = AgentWorld(provider, tools: [last])
        _ = try? await withEngine(on: crashing, [first.agent], options: options) { engine in
            try await engine.start(first.agent, input).output
        }
        let second = AgentWorld(provider, tools: [mail])
        let result = try await withEngine(on: store, [second.agent], options: options) { engine in
            let known = try #require(try await store.runs(RunFilter(kin: .roots), tenant: "default").first)
            let run = try await engine.resume(known.id, as: AgentResult.self)
            for try await event in run.events where event.type == "approval.requested" {
                let open = try #require(try await engine.pendingApprovals(of: known.id).first)
                #expect(open.name == "send-1-1-outcome")
                try await engine.approve(known.id, open.name, hash: open.hash, by: "ada", reason: "it has arrived")
                break
            }
            return try await run.output
        }
        #expect(result.answer == "done" && sent.withLock { $0 } == 1)
        #expect(second.heard.map(\.text) == ["ada says: it has arrived"])
    }

    @Test("a fork goes on with the files of its place")
    func fork() async throws {
        try await Files.with { files in
            let world = AgentWorld(
                Self.provider(), tools: [Self.append(), Self.look], workspaces: files.workspaces)
            let input = try AgentInput(agent: Self.definition, task: "write")
            let version = try await withEngine([world.agent]) { engine, _ in
                let run = try await engine.start(world.agent, input)
                _ = try await run.output
                let fork = try await engine.fork(run.id, at: "turn#2", as: AgentResult.self)
                return try await fork.output.files
            }
            #expect(try await files.text(of: "log", in: version) == "abc")
        }
    }
}
