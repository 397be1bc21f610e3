import TuttiAccess
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiReadings
import TuttiRuntime
import TuttiStore
import TuttiTeams

/// What the API tells of runs, read from the journal.
struct RunReads: Sendable {
    let engine: Engine
    let clock: any Timekeeper
    let access: ServerAccess

    private var store: any JournalStore { engine.store }
    private var tenant: String { engine.tenant }

    /// Whose runs may be seen: those that the caller of the present task may.
    ///
    /// - Throws: a ``Problem`` 404 without a caller: where nobody was asked about, nothing is to be seen.
    var seen: RunAccount {
        get throws {
            guard let account = Caller.current?.seen else { throw Problem.notFound("there is nothing to be seen here") }
            return account
        }
    }

    /// A run by its name, if the caller may see it.
    func known(_ id: RunID) async throws -> RunRecord? {
        let seen = try seen
        guard let record = try await store.run(id, tenant: tenant), seen.covers(record.summary.account) else {
            return nil
        }
        return record
    }

    /// Runs that a filter finds among those that the caller may see.
    func runs(_ filter: RunFilter) async throws -> [RunSummary] {
        var filter = filter
        filter.account = try seen
        return try await store.runs(filter, tenant: tenant)
    }

    // MARK: Which run is meant

    /// The digits of an identifier that are asked for at least, so that nobody names a run by chance.
    static let digitsMin = 8

    /// The run that an identifier, or a unique beginning of one, names.
    ///
    /// - Throws: a ``Problem`` 404, or 409 `ambiguous_id` when several runs begin so; `StoreError`.
    func record(_ typed: String) async throws -> RunRecord {
        if let id = RunID(typed) {
            guard let record = try await known(id) else { throw try await unusable(id, typed) }
            return record
        }
        let lowered = typed.lowercased()
        let head = RunID.prefix + "_"
        let beginning = lowered.hasPrefix(head) ? lowered : head + lowered
        guard beginning.utf8.count >= head.utf8.count + Self.digitsMin else { throw Self.unknown(typed) }
        let found = try await store.runs(
            beginningWith: beginning, tenant: tenant, account: try seen, limit: 2)
        guard let first = found.first, let record = try await known(first) else {
            throw Self.unknown(typed)
        }
        guard found.count == 1 else {
            throw Problem.conflict("ambiguous_id", "several runs begin with '\(typed)'; give more of the identifier")
        }
        return record
    }

    /// Why a run is none that the caller may do this to: what it may read is there, and what it may not is not.
    private func unusable(_ id: RunID, _ typed: String) async throws -> Problem {
        guard let caller = Caller.current, caller.reach == .own,
            let seen = caller.seen(within: await access.reach(of: "runs.read", for: caller)),
            let record = try await store.run(id, tenant: tenant), seen.covers(record.summary.account)
        else { return Self.unknown(typed) }
        return Problem(
            403, "not_permitted",
            "you may see \(id), and do this to runs of your own only: for this one the permission has to reach "
                + "everybody's")
    }

    /// Whether the caller may use a permission on a run, with an approval if a rule asks for one. No approval is used
    /// up by looking.
    private func mayUse(_ permission: Permission, on run: RunSummary) async -> Bool {
        guard let caller = Caller.current else { return false }
        return caller.seen(within: await access.reach(of: permission, for: caller))?.covers(run.account) ?? false
    }

    static func unknown(_ typed: String) -> Problem {
        Problem(404, "run_not_found", "there is no run '\(CleanText.line(typed, bytesMax: 60))'")
    }

    // MARK: Listings

    /// - Parameter filter: its limit is that of the page.
    func page(_ filter: RunFilter) async throws -> RunPageView {
        var wider = filter
        wider.limit += 1
        var runs = try await runs(wider)
        let hasMore = runs.count > filter.limit
        if hasMore { runs.removeLast() }
        let next = hasMore ? runs.last.map { RunCursor(.init(of: $0)).description } : nil
        return RunPageView(runs: try await views(runs), next: next)
    }

    /// How many runs the filter finds in each state, whatever states it names.
    func counts(_ filter: RunFilter) async throws -> [String: Int] {
        var wider = filter
        (wider.statuses, wider.behind, wider.account) = ([], nil, try seen)
        let counts = try await store.counts(of: wider, tenant: tenant)
        return Dictionary(counts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +)
    }

    func view(_ run: RunSummary) async throws -> RunView {
        guard let view = try await views([run]).first else { throw Self.unknown(run.id.text) }
        return view
    }

    /// The run as it stands now.
    func view(of id: RunID) async throws -> RunView { try await view(try await record(id.text).summary) }

    /// The answer to what lets a run go on: the run as it stands now, and where it is found.
    func accepted(_ run: RunID, _ request: RouteRequest) async throws -> ServerResponse {
        try request.answer(
            try await view(of: run), status: 202, headers: ["Location": "/api/v1/runs/\(run)"])
    }

    private func views(_ runs: [RunSummary]) async throws -> [RunView] {
        let now = clock.now()
        let costs = try await store.costs(of: runs.map(\.id))
        let titles = try await RunTitle.of(runs, in: store, tenant: tenant)
        let owners = runs.contains { $0.executor != nil } ? RunOwners(try await store.executors()) : RunOwners([])
        var views: [RunView] = []
        for run in runs {
            views.append(
                RunView(
                    run, title: titles[run.id], owner: owners[run], asks: try await run.openApprovals(in: store),
                    cost: costs[run.id], at: now))
        }
        return views
    }

    // MARK: One run

    func detail(_ record: RunRecord) async throws -> RunDetailView {
        let run = record.summary
        // Before everything else: what comes behind it is told by the stream, again if need be.
        let lastEvent = try await store.lastEvent(of: run.id)
        let view = try await view(run)
        let questions = run.status.isFinal ? [] : try await ApprovalQuestion.open(of: run.id, in: store)
        let input = JSONValue.stored(try await store.bytes(of: record.input))
        var output: JSONValue?
        if let payload = record.output { output = .stored(try await store.bytes(of: payload)) }
        let mayControl = await mayUse("runs.control", on: run)
        let mayAnswer = await mayUse("approvals.answer", on: run)
        let isOpen = run.workflow == Roundtable.name && !run.status.isFinal && input["hearsComments"] == true
        let result = try await RoundtableFacts.of(record, in: store)
        return RunDetailView(
            run: view, input: input, output: output, budget: try await store.budget(of: run.root),
            result: result,
            approvals: questions.map { ApprovalView($0, of: run, title: view.title) },
            actions: RunAction.all(for: run, result: result, approvals: questions.count).filter {
                $0 == .approve ? mayAnswer : mayControl
            }, lastEvent: lastEvent, commentsOpen: isOpen && mayControl)
    }

    func steps(of run: RunSummary) async throws -> StepsView {
        let lastEvent = try await store.lastEvent(of: run.id)
        let rows = try await store.steps(of: run.id)
        let surroundings = try await RunSurroundings.of(run.id, rows, in: store, tenant: tenant)
        return StepsView(steps: StepTreeView.steps(rows, surroundings, run), lastEvent: lastEvent)
    }

    /// What people are asked, over all runs, who has waited longest first; and how much that is in all.
    func approvals(limit: Int) async throws -> (oldest: [ApprovalView], total: Int) {
        let open = try await store.openApprovals(tenant: tenant, account: try seen, limit: limit)
        var asked: [RunID: [ApprovalView]] = [:]
        for run in Set(open.oldest.map(\.run)) {
            guard let summary = try await known(run)?.summary else { continue }
            let title = try await RunTitle.of([summary], in: store, tenant: tenant)[run]
            let questions = try await ApprovalQuestion.open(of: run, in: store)
            asked[run] = questions.map { ApprovalView($0, of: summary, title: title) }
        }
        // What was answered between the readings is left out.
        let oldest = open.oldest.compactMap { question in asked[question.run]?.first { $0.id == question.id } }
        return (oldest, open.total)
    }
}

/// Where a page of a listing begins: behind this run. A text to hand back, nothing to compute with.
struct RunCursor: CustomStringConvertible {
    let place: RunFilter.Place

    init(_ place: RunFilter.Place) { self.place = place }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0], radix: 32), milliseconds >= 0,
            let id = RunID(String(parts[1]))
        else { return nil }
        place = RunFilter.Place(created: Timestamp(milliseconds: milliseconds), id: id)
    }

    var description: String { "\(String(place.created.milliseconds, radix: 32)).\(place.id.text)" }
}

extension RunReads {
    /// One step with its result.
    ///
    /// - Throws: a ``Problem`` 404; `StoreError`.
    func step(_ key: String, of run: RunSummary) async throws -> StepDetailView {
        let rows = try await engine.store.steps(of: run.id)
        let surroundings = try await RunSurroundings.of(run.id, rows, in: engine.store, tenant: engine.tenant)
        let views = StepTreeView.steps(rows, surroundings, run)
        guard let view = views.first(where: { $0.key == key }) else {
            throw Problem(
                404, "key_unknown", "\(run.id) has recorded nothing under '\(CleanText.line(key, bytesMax: 200))'")
        }
        guard let row = rows.first(where: { $0.key == key }), case .completed(let payload) = row.result else {
            return StepDetailView(view, output: nil, model: nil)
        }
        let bytes = try await engine.store.bytes(of: payload)
        let reply = row.kind == .step ? try? CanonicalJSON.decode(ModelReply.self, from: bytes) : nil
        return StepDetailView(view, output: .stored(bytes), model: reply.map(ModelCallView.init))
    }
}
