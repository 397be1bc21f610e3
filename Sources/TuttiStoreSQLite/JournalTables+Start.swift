import TuttiCore
import TuttiStore

extension JournalTables {
    /// Writes a new run with its task, unless the id or the idempotency key is known.
    func start(_ command: StartCommand) throws(StoreError) -> JournalOutcome {
        if let known = try runKnown(by: command) { return known }
        if let parent = command.parent, let outcome = try link(parent, at: command.at) { return outcome }
        if let refusal = try refusal(of: command.quotas) { return .quotaRefused(refusal) }
        let input = try keep(command.input)
        try connection.run(
            """
            insert into run(id, tenant, name, input, input_blob, input_hash, idem_key, queue, created, deadline, fence,
                parent_run, parent_key, root_run, budget, priority, title, trace, person, project)
            values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                (select coalesce(root_run, id) from run where id = ?12),
                coalesce(?14, (select budget from run where id = ?12)), ?15, ?16, ?17,
                case when ?12 is null then ?18 else (select person from run where id = ?12) end,
                case when ?12 is null then ?19 else (select project from run where id = ?12) end)
            """,
            [
                .text(command.id.text), .text(command.tenant), .text(command.workflow), input.inline, input.hash,
                .text(command.inputHash), .text(command.idempotencyKey), .text(command.queue),
                .int(command.at.milliseconds), .int(command.deadline?.milliseconds), .int(StartCommand.firstFence),
                .text(command.parent?.record.owner.run.text), .text(command.parent?.key),
                command.budget.isEmpty ? .null : Self.list(command.budget.keys.map(\.rawValue).sorted()),
                .int(Int64(command.priority)), .text(command.title), .text(command.trace),
                .text(command.account.person), .text(command.account.project),
            ])
        try insertBudget(command.budget, of: command.id)
        try connection.run(
            "insert into task(run, queue, due, executor, fence, priority) values(?1, ?2, ?3, ?4, ?5, ?6)",
            [
                .text(command.id.text), .text(command.queue),
                .int((command.executor == nil ? command.at : command.deadline)?.milliseconds),
                .text(command.executor?.text), .int(StartCommand.firstFence), .int(Int64(command.priority)),
            ])
        try draw(command.quotas, by: command.id, fence: StartCommand.firstFence)
        try append(.runStarted(workflow: command.workflow), to: command.id, at: command.at)
        return .done
    }

    /// The start was applied and reported as failed. Its starter begins the run only as its owner from birth: somebody
    /// may have cancelled it meanwhile, or taken it over.
    private func startedBefore(_ command: StartCommand) throws(StoreError) -> JournalOutcome? {
        let found = try connection.query(
            """
            select run.status, ?2 is null or (task.executor is ?2 and run.fence = ?3 and task.cancel = 0)
            from run left join task on task.run = run.id where run.id = ?1
            """, [.text(command.id.text), .text(command.executor?.text), .int(StartCommand.firstFence)]
        ) { row throws(StoreError) in
            (status: row.optionalText(0).flatMap(RunStatus.init(rawValue:)), mayBegin: row.int(1) == 1)
        }
        guard let (status, mayBegin) = found.first else { return nil }
        if mayBegin { return .done }
        return command.parent == nil
            ? .existing(command.id, sameInput: true) : .existingChild(command.id, status)
    }

    private func runKnown(by command: StartCommand) throws(StoreError) -> JournalOutcome? {
        if let outcome = try startedBefore(command) { return outcome }
        guard let key = command.idempotencyKey else { return nil }
        return try run(
            of: command.workflow, key: key, tenant: command.tenant, hash: "input_hash", command.inputHash)
    }

    /// The run that an idempotency key names, and whether a column of it has the hash of what is asked for now.
    func run(
        of workflow: String, key: String, tenant: String, hash column: String, _ hash: String?
    ) throws(StoreError) -> JournalOutcome? {
        try connection.query(
            "select id, \(column) from run where tenant = ?1 and name = ?2 and idem_key = ?3",
            [.text(tenant), .text(workflow), .text(key)]
        ) { row throws(StoreError) in
            JournalOutcome.existing(RunID(trusted: row.text(0)), sameInput: row.optionalText(1) == hash)
        }.first
    }
}
