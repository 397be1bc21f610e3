import TuttiCore

/// The inbox of the in-memory store.
extension MemoryTables {
    mutating func signal(_ command: SignalCommand) -> JournalOutcome {
        guard let run = runs[command.run], run.tenant == command.tenant else { return .notFound }
        if let status = run.status, status.isFinal { return .alreadyEnded(status) }
        if let known = run.inbox.first(where: { $0.kind == .signal && $0.id == command.id }) {
            let isSame = known.name == command.name && known.payload == command.payload.stored
            return isSame ? .done : .signalRefused(.otherContent)
        }
        let waiting = run.inbox.count { $0.consumedBy == nil }
        guard waiting < InboxLimits.waitingMax else { return .signalRefused(.inboxFull(waiting)) }
        post(
            InboxMessage(
                position: 0, kind: .signal, name: command.name, id: command.id, payload: keep(command.payload),
                created: command.at), to: command.run)
        wake(command.run, at: command.at)
        append(.signalReceived(command.name, id: command.id), to: command.run, at: command.at)
        return .done
    }

    mutating func answer(_ command: AnswerCommand) -> JournalOutcome {
        guard let run = runs[command.run], run.tenant == command.tenant else { return .notFound }
        let asked = run.inbox.filter { message in
            message.kind == .approval && (message.name == command.approval || message.id == command.approval)
        }
        if asked.contains(where: { $0.isAnswered(as: command) }) { return .done }
        if let status = run.status, status.isFinal {
            // Who was slower learns who has answered, not only that it is over.
            let given = asked.last?.answer.flatMap { $0.by == InboxAnswer.engine ? nil : $0 }
            return given.map { .answerRefused(.answered($0)) } ?? .alreadyEnded(status)
        }
        let open = asked.filter { $0.answer == nil }
        guard open.count < 2 else { return .answerRefused(.ambiguous(open.map(\.id))) }
        guard let message = open.first ?? asked.last else { return .answerRefused(.unknown) }
        if let refusal = message.refusal(of: command) { return .answerRefused(refusal) }
        let edited = command.edited.map { keep($0) }
        update(message.id, of: command.run) { message in
            message.answer = InboxAnswer(
                verdict: command.verdict, by: command.by, at: command.at, reason: command.reason, edited: edited)
        }
        wake(command.run, at: command.at)
        append(.approvalAnswered(message.name, command), to: command.run, at: command.at)
        return .done
    }

    func openApprovals(tenant: String, account: RunAccount, limit: Int) -> OpenApprovals {
        var open: [(place: Int64, question: OpenApprovals.Question)] = []
        for run in runs.values where run.tenant == tenant && run.task != nil && account.covers(run.account) {
            for message in run.inbox where message.kind == .approval && message.answer == nil {
                let question = OpenApprovals.Question(run: run.id, id: message.id, asked: message.created)
                open.append((message.position, question))
            }
        }
        open.sort { ($0.question.asked, $0.place) < ($1.question.asked, $1.place) }
        return OpenApprovals(oldest: open.prefix(limit).map(\.question), total: open.count)
    }

    /// Takes a message for a key; `false` when it is not there to be taken. Taken by the same key before is taken.
    mutating func take(_ taking: InboxTake, from run: RunID, at time: Timestamp) -> Bool {
        guard let index = index(of: taking.message, in: run), let message = runs[run]?.inbox[index] else {
            return false
        }
        if message.consumedBy == taking.key { return true }
        guard message.consumedBy == nil else { return false }
        if case .expired = taking.message {
            guard message.answer == nil, let expires = message.expires, expires <= time else { return false }
            runs[run]?.inbox[index].answer = InboxAnswer(verdict: .expired, by: InboxAnswer.engine, at: time)
        }
        runs[run]?.inbox[index].consumedBy = taking.key
        return true
    }

    private func index(of message: InboxTake.Message, in run: RunID) -> Int? {
        switch message {
        case .at(let position): runs[run]?.inbox.firstIndex { $0.position == position }
        case .expired(let id): runs[run]?.inbox.firstIndex { $0.kind == .approval && $0.id == id }
        }
    }

    mutating func ask(_ draft: ApprovalDraft, of run: RunID, at time: Timestamp) {
        guard runs[run]?.inbox.contains(where: { $0.kind == .approval && $0.id == draft.id }) == false else { return }
        post(
            InboxMessage(
                position: 0, kind: .approval, name: draft.name, id: draft.id, payload: keep(draft.shown),
                shownHash: draft.shownHash, expires: draft.expires, created: time), to: run)
    }

    mutating func withdraw(_ id: String, from run: RunID, at time: Timestamp) {
        update(id, of: run) { message in
            guard message.answer == nil else { return }
            message.answer = InboxAnswer(verdict: .withdrawn, by: InboxAnswer.engine, at: time)
        }
    }

    /// A run that has its end needs no answers any more.
    mutating func withdrawAll(of run: RunID, at time: Timestamp) {
        guard runs[run]?.status?.isFinal == true else { return }
        for message in runs[run]?.inbox ?? [] where message.kind == .approval {
            withdraw(message.id, from: run, at: time)
        }
    }

    private mutating func post(_ message: InboxMessage, to run: RunID) {
        messages += 1
        var message = message
        message.position = messages
        runs[run]?.inbox.append(message)
    }

    private mutating func update(_ id: String, of run: RunID, _ change: (inout InboxMessage) -> Void) {
        guard let index = runs[run]?.inbox.firstIndex(where: { $0.kind == .approval && $0.id == id }),
            var message = runs[run]?.inbox[index]
        else { return }
        change(&message)
        runs[run]?.inbox[index] = message
    }
}

extension InboxMessage {
    /// Why an answer cannot be taken, if it cannot.
    package func refusal(of command: AnswerCommand) -> AnswerRefusal? {
        if let answer { return .answered(answer) }
        if let expires, expires <= command.at { return .expired(expires) }
        if let shownHash, shownHash != command.shownHash { return .otherHash(shownHash) }
        return nil
    }

    /// Whether this very answer was applied before, and perhaps reported as failed.
    package func isAnswered(as command: AnswerCommand) -> Bool {
        guard let answer else { return false }
        return answer.by == command.by && answer.at == command.at && answer.verdict == command.verdict
            && shownHash == command.shownHash
    }

    /// Whether a waiting workflow can use it.
    package var isReady: Bool { consumedBy == nil && (kind == .signal || answer != nil) }
}
