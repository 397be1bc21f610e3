import TuttiAccess
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiGateway
import TuttiModels
import TuttiRuntime

/// All models of the gateway that are runs, for callers who may start them.
struct RunModelDesk: Sendable {
    let families: [any RunModels]
    let engine: Engine
    let access: ServerAccess
    let clock: any Timekeeper

    /// - Parameter usual: the model of participants without one of their own.
    init(
        _ roundtables: RoundtableRoutes, _ agents: AgentRoutes, usual: String?, access: ServerAccess,
        clock: any Timekeeper
    ) {
        families = [RoundtableModels(roundtables: roundtables, usual: usual), AgentModels(routes: agents)]
        engine = roundtables.reads.engine
        self.access = access
        self.clock = clock
    }

    /// Their full names, as far as the caller may start them. What cannot be listed is left out: it is told when it is
    /// asked for.
    func names() async -> [String] {
        guard let caller = Caller.current else { return [] }
        var names: [String] = []
        for family in families {
            guard await access.reach(of: family.permission, for: caller) != nil else { continue }
            names += ((try? family.names()) ?? []).map { "\(family.family)/\($0)" }
        }
        return names
    }

    /// Whether a name is one of theirs, whether or not there is such a model.
    func has(_ name: String) -> Bool { families.contains { name.hasPrefix($0.family + "/") } }

    /// The model of a name; `nil` for a name of another family.
    ///
    /// - Parameter meter: is told the run that answers, and what it has used when nobody waits for its end.
    /// - Throws: ``GatewayError`` when there is none; a ``Problem`` 403 for who may not start it.
    func model(
        named name: String, _ request: RouteRequest, _ meter: CallMeter
    ) async throws -> Model? {
        guard let family = families.first(where: { name.hasPrefix($0.family + "/") }) else { return nil }
        return try await model(named: name, of: family, request, meter)
    }

    @inline(never)  // most models are no runs, and a call keeps the memory of what it has once called
    private func model(
        named name: String, of family: any RunModels, _ request: RouteRequest, _ meter: CallMeter
    ) async throws -> Model {
        let short = String(name.dropFirst(family.family.utf8.count + 1))
        try await access.require(family.permission, request)
        try check(short, of: family)
        let asker = try request.asker
        let provider = RunModelProvider(engine: engine, family: family) { [self] asked in
            let run = try await recorded(name, asker) { try await family.start(short, asked) }
            meter.noteRun(run)
            return run
        } lost: {
            meter.noteLost($0)
        }
        return Model(name, provider: provider, model: short)
    }

    /// - Throws: ``GatewayError`` that names the nearest one.
    func check(_ name: String) throws {
        guard let family = families.first(where: { name.hasPrefix($0.family + "/") }) else { return }
        try check(String(name.dropFirst(family.family.utf8.count + 1)), of: family)
    }

    private func check(_ name: String, of family: any RunModels) throws {
        let names = try family.names()
        guard !names.contains(name) else { return }
        let near = NearestName.find(name, among: names).map { "did you mean '\(family.family)/\($0)'?" }
        throw GatewayError(
            .notFound,
            "there is no model '\(family.family)/\(CleanText.line(name, bytesMax: 60))'; "
                + (near ?? "GET /v1/models lists those that there are"), field: "model")
    }

    /// Starts a run when it is written down that this is about to be done, as any start of a run is.
    private func recorded(
        _ model: String, _ asker: PolicyAsker, _ start: () async throws -> RunID
    ) async throws -> RunID {
        var draft = asker.draft(.runStarted, .begun, at: clock.now(), ["model": model])
        do throws(AuditError) {
            _ = try await access.log.append([draft])
        } catch {
            throw Problem(
                503, "audit_unusable", "the audit log cannot be written at the moment, so nothing was started")
        }
        do {
            let run = try await start()
            draft.target = AuditTarget(kind: "run", id: run.text)
            draft.outcome = .done
            draft.time = clock.now()
            _ = try? await access.log.append([draft])
            return run
        } catch {
            (draft.outcome, draft.time) = (.failed, clock.now())
            _ = try? await access.log.append([draft])
            // Nothing has begun, so it is a refusal, and no failure of a model.
            throw error is GatewayError || error is CancellationError ? error : Problem(error)
        }
    }
}
