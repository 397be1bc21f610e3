package import TuttiCore

/// Which runs a listing shows.
package struct RunFilter: Sendable, Hashable {
    /// Where a run may stand in its family.
    package enum Kin: Sendable, Hashable {
        case any
        /// Runs that no other run has started.
        case roots
        /// Runs that another run has started.
        case children
    }

    /// Empty: all.
    package var statuses: Set<RunStatus>
    /// The name of a workflow; `nil` for all.
    package var workflow: String?
    /// Only runs that were started then or later.
    package var from: Timestamp?
    /// Only runs that were started before that.
    package var before: Timestamp?
    package var kin: Kin
    /// Only the children of this run; `nil` for all runs.
    package var parent: RunID?
    /// Only forks of this run; `nil` for all runs.
    package var forkedFrom: RunID?
    /// Only runs that have cost more, with all that they have started, in millionths of a dollar; `nil` for all.
    package var costAbove: Int64?
    /// Only runs whose title contains this, in any case of ASCII letters, or whose name begins with it; `nil` for all.
    package var text: String?
    /// Only runs of this person and of this project, where they are named.
    package var account: RunAccount
    /// Only runs that a listing shows behind this one; `nil` to begin with the newest.
    package var behind: Place?
    package var limit: Int

    /// Where a run stands among all others, whatever becomes of it.
    package struct Place: Sendable, Hashable {
        package var created: Timestamp
        package var id: RunID

        package init(created: Timestamp, id: RunID) { (self.created, self.id) = (created, id) }

        package init(of run: RunSummary) { self.init(created: run.created, id: run.id) }
    }

    package init(
        statuses: Set<RunStatus> = [], workflow: String? = nil, from: Timestamp? = nil, before: Timestamp? = nil,
        kin: Kin = .any, parent: RunID? = nil, forkedFrom: RunID? = nil, costAbove: Int64? = nil,
        text: String? = nil, account: RunAccount = RunAccount(), behind: Place? = nil, limit: Int = 100
    ) {
        self.statuses = statuses
        self.workflow = workflow
        self.from = from
        self.before = before
        self.kin = kin
        self.parent = parent
        self.forkedFrom = forkedFrom
        self.costAbove = costAbove
        self.text = text
        self.account = account
        self.behind = behind
        self.limit = limit
    }

    /// Whether the listing shows a run, if there is room for it.
    ///
    /// - Parameter cost: what it has cost; only asked for by ``costAbove``.
    package func accepts(_ run: RunSummary, cost: StepCost?) -> Bool {
        let isKin =
            switch kin {
            case .any: true
            case .roots: run.parent == nil
            case .children: run.parent != nil
            }
        return isKin && (statuses.isEmpty || statuses.contains(run.status))
            && (workflow == nil || run.workflow == workflow) && (parent == nil || run.parent == parent)
            && (forkedFrom == nil || run.forkedFrom == forkedFrom)
            && from.map { run.created >= $0 } ?? true && before.map { run.created < $0 } ?? true
            && costAbove.map { cost?.microdollars ?? 0 > $0 } ?? true
            && behind.map { (run.created, run.id) < ($0.created, $0.id) } ?? true
            && text.map { isFound($0, in: run) } ?? true && account.covers(run.account)
    }

    private func isFound(_ text: String, in run: RunSummary) -> Bool {
        run.id.text.hasPrefix(text) || run.title?.asciiLowercased.contains(text.asciiLowercased) ?? false
    }
}

extension String {
    /// As the database compares: only ASCII letters have two cases.
    fileprivate var asciiLowercased: String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}
