import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let inbox: [Clause] = [
        Clause("keeps a signal, wakes its run, and takes the same signal once") { world in
            let owner = try await world.startOwned()
            let outcome = try await world.applyTwice(world.signal(owner.run, "go", id: "1"), about: owner.run)
            try world.expect(outcome, .done, "the outcome")
            let wake = try await world.apply(.takeWake(owner, at: StoreWorld.time(6)))
            try world.expect(wake, .wake(sequence: 1, isCancelRequested: false), "the wake")
            let found = try await world.second.messages(for: owner.run, signals: ["go", "stop"], approvals: [])
            try world.expect(found.map(\.id), ["1"], "what is there")
            try world.expect(
                try await world.apply(world.signal(owner.run, "go", "2", id: "1")), .signalRefused(.otherContent),
                "the same id with other content")
        },
        Clause("takes no signal for a run that has ended or is not there") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.end(owner, .completed(.inline(Data("1".utf8)))))
            let late = try await world.apply(world.signal(owner.run, "go", id: "1"))
            try world.expect(late, .alreadyEnded(.completed), "a late signal")
            let lost = try await world.apply(world.signal(StoreWorld.run(9), "go", id: "1"))
            try world.expect(lost, .notFound, "a signal to nobody")
            let foreign = try await world.apply(world.signal(owner.run, "go", id: "1", tenant: "other"))
            try world.expect(foreign, .notFound, "a signal of another tenant")
        },
        Clause("gives a message to one key only, and writes nothing for the other") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.signal(owner.run, "go", id: "1"))
            let message = try await world.message(of: owner.run)
            let first = world.take(owner, .at(position: message.position), for: "signal#1")
            try world.expect(try await world.apply(first), .done, "the taking")
            guard case .adopted(let known) = try await world.apply(first), known.key == "signal#1" else {
                throw ConformanceFailure(description: "the same taking again was not met with its own row")
            }
            let second = world.take(owner, .at(position: message.position), for: "signal#2")
            try world.expect(try await world.apply(second), .missed, "another taking")
            try world.expect(try await world.second.steps(of: owner.run).map(\.key), ["signal#1"], "the journal")
            let left = try await world.second.messages(for: owner.run, signals: ["go"], approvals: [])
            try world.expect(left, [], "what is left")
        },
        Clause("lets only the owner take a message") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.signal(owner.run, "go", id: "1"))
            let message = try await world.message(of: owner.run)
            _ = try await world.takeOver(owner.run)
            let stale = world.take(owner, .at(position: message.position), for: "signal#1")
            try world.expect(try await world.apply(stale), .leaseLost, "the taking of a former owner")
            let left = try await world.second.messages(for: owner.run, signals: ["go"], approvals: [])
            try world.expect(left.map(\.id), ["1"], "what is left")
        },
        Clause("takes one answer to what was shown, and names why it takes no other") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.ask(owner, "publish", expires: 60))
            let unknown = try await world.apply(world.answer(owner.run, "other"))
            try world.expect(unknown, .answerRefused(.unknown), "an unknown approval")
            let other = try await world.apply(world.answer(owner.run, hash: "stale"))
            try world.expect(other, .answerRefused(.otherHash("hash")), "another hash")
            let late = try await world.apply(world.answer(owner.run, at: 60))
            try world.expect(late, .answerRefused(.expired(StoreWorld.time(60))), "a late answer")
            let answer = try await world.applyTwice(world.answer(owner.run, by: "ann"), about: owner.run)
            try world.expect(answer, .done, "the answer")
            let given = InboxAnswer(verdict: .approved, by: "ann", at: StoreWorld.time(8))
            let second = try await world.apply(world.answer(owner.run, by: "bob"), by: world.second)
            try world.expect(second, .answerRefused(.answered(given)), "a second answer")
            let wake = try await world.apply(.takeWake(owner, at: StoreWorld.time(9)))
            try world.expect(wake, .wake(sequence: 1, isCancelRequested: false), "the wake")
        },
        Clause("names who has answered also when the run has ended since") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.ask(owner, "publish"))
            try await world.apply(world.ask(owner, "other"))
            try await world.apply(world.answer(owner.run, by: "ann"))
            try await world.apply(world.end(owner, .completed(.inline(Data("1".utf8)))))
            let given = InboxAnswer(verdict: .approved, by: "ann", at: StoreWorld.time(8))
            let late = try await world.apply(world.answer(owner.run, by: "bob"))
            try world.expect(late, .answerRefused(.answered(given)), "a second answer")
            let unasked = try await world.apply(world.answer(owner.run, "other"))
            try world.expect(unasked, .alreadyEnded(.completed), "an answer to what nobody has answered")
        },
        Clause("lets an approval expire only when nobody has answered, and not before its time") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.ask(owner, "publish", expires: 60))
            let early = world.take(owner, .expired(id: "publish#1@0"), for: "publish#1", at: 59)
            try world.expect(try await world.apply(early), .missed, "an early end")
            try await world.apply(world.answer(owner.run, at: 59))
            let late = world.take(owner, .expired(id: "publish#1@0"), for: "publish#1", at: 61)
            try world.expect(try await world.apply(late), .missed, "an end after an answer")
            let message = try await world.message(of: owner.run)
            try world.expect(message.answer?.verdict, .approved, "the verdict")
        },
        Clause("refuses answers once an approval has expired or was withdrawn") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.ask(owner, "a", expires: 60))
            try await world.apply(world.ask(owner, "b", expires: nil))
            try await world.apply(world.take(owner, .expired(id: "a#1@0"), for: "a#1", at: 61))
            try await world.apply(world.withdraw(owner, "b#1@0"))
            for (name, verdict) in [("a", InboxAnswer.Verdict.expired), ("b", .withdrawn)] {
                let refused = try await world.apply(world.answer(owner.run, name))
                guard case .answerRefused(.answered(let answer)) = refused, answer.verdict == verdict else {
                    throw ConformanceFailure(description: "an answer to \(name) was met with \(refused)")
                }
            }
        },
        Clause("tells approvals of one name apart by their ids") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.ask(owner, "ok", key: "x/ok#1"))
            try await world.apply(world.ask(owner, "ok", key: "y/ok#1"))
            let both = try await world.apply(world.answer(owner.run, "ok"))
            try world.expect(both, .answerRefused(.ambiguous(["x/ok#1@0", "y/ok#1@0"])), "an answer by name")
            try world.expect(try await world.apply(world.answer(owner.run, "y/ok#1@0")), .done, "an answer by id")
            let found = try await world.second.messages(
                for: owner.run, signals: [], approvals: ["x/ok#1@0", "y/ok#1@0"])
            try world.expect(found.map(\.id), ["y/ok#1@0"], "what is answered")
        },
        Clause("lists what is asked over all live runs, the longest waiting first") { world in
            for n: UInt64 in 1...4 {
                let owner = try await world.startOwned(n)
                try await world.apply(world.ask(owner, "first"))
                try await world.apply(world.ask(owner, "second"))
                if n == 1 { try await world.apply(world.answer(owner.run, "first")) }
                if n == 2 { try await world.apply(world.end(owner, .failed(world.error))) }
                if n == 3 { try await world.apply(world.withdraw(owner, "second#1@0")) }
            }
            let expected: [(UInt64, String)] = [(1, "second"), (3, "first"), (4, "first"), (4, "second")]
            for limit in [0, 1, 3, 9] {
                let found = try await world.second.openApprovals(tenant: StoreWorld.tenant, limit: limit)
                try world.expect(
                    found.oldest.map { "\($0.run) \($0.id)" },
                    expected.prefix(limit).map { "\(StoreWorld.run($0)) \($1)#1@0" }, "the oldest \(limit)")
                try world.expect(found.total, 4, "the number of all")
            }
            let foreign = try await world.second.openApprovals(tenant: "ours", limit: 9)
            try world.expect(foreign, OpenApprovals(oldest: [], total: 0), "another tenant's")
        },
        Clause("gives a waiting run of a queue back at once, since a branch beside the wait may be at work") { world in
            let owner = try await world.startOwned(1, queue: "q")
            try await world.apply(world.wait(owner, due: 60))
            try world.expect(try await world.summary(of: owner.run).status, .waiting, "the status of one that waits")
            try await world.apply(world.release(owner, wakeSequence: 0))
            try world.expect(try await world.summary(of: owner.run).reason, "timer", "the reason")
            let isDue = try await world.first.hasClaimable(world.claimQueue(by: world.bob, at: 59))
            try world.expect(isDue, true, "whether it is due before its time")
            try await world.apply(world.signal(owner.run, "go", id: "1"))
            try world.expect(try await world.summary(of: owner.run).status, .queued, "the status of one with news")
        },
    ]
}

extension StoreWorld {
    func signal(
        _ run: RunID, _ name: String, _ value: String = "1", id: String, tenant: String = tenant
    ) -> JournalCommand {
        .signal(
            SignalCommand(
                run: run, tenant: tenant, name: name, id: id, payload: Payload(Data(value.utf8)), at: Self.time(5)))
    }

    func ask(
        _ owner: Owner, _ name: String, key: String? = nil, expires second: Int64? = nil
    ) -> JournalCommand {
        let key = key ?? "\(name)#1"
        let draft = ApprovalDraft(
            name: name, id: "\(key)@0", shown: .inline(Data("7".utf8)), shownHash: "hash",
            expires: second.map(Self.time))
        let row = StepRow(
            key: key, kind: .approval, result: .waiting(due: draft.expires), started: Self.time(1), ended: Self.time(2))
        return .record(
            RecordCommand(
                owner: owner, rows: [row], events: [], asks: [draft], wait: .waits(.approval), at: Self.time(2)))
    }

    func answer(
        _ run: RunID, _ name: String = "publish", hash: String = "hash", by person: String = "ann", at second: Int64 = 8
    ) -> JournalCommand {
        .answer(
            AnswerCommand(
                run: run, tenant: Self.tenant, approval: name, shownHash: hash, verdict: .approved, by: person,
                at: Self.time(second)))
    }

    func take(
        _ owner: Owner, _ message: InboxTake.Message, for key: String, at second: Int64 = 7
    ) -> JournalCommand {
        .record(
            RecordCommand(
                owner: owner, rows: [row(key, kind: .signal, attempt: 0)], events: [],
                taking: InboxTake(message, for: key), at: Self.time(second)))
    }

    func withdraw(_ owner: Owner, _ id: String) -> JournalCommand {
        .record(RecordCommand(owner: owner, rows: [], events: [], withdraws: [id], at: Self.time(7)))
    }

    func wait(_ owner: Owner, due second: Int64) -> JournalCommand {
        let row = StepRow(
            key: "sleep#1", kind: .sleep, result: .waiting(due: Self.time(second)), started: Self.time(1),
            ended: Self.time(2))
        return .record(
            RecordCommand(owner: owner, rows: [row], events: [], wait: .waits(.timer), at: Self.time(2)))
    }

    func message(of run: RunID) async throws -> InboxMessage {
        guard let message = try await second.inbox(of: run, limit: 10).first else {
            throw ConformanceFailure(description: "the inbox is empty")
        }
        return message
    }
}
