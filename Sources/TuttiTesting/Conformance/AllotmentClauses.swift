import TuttiCore
import TuttiStore

/// What is promised of amounts that processes set aside for calls outside of runs.
extension JournalStoreConformance {
    static let allotments: [Clause] = [
        Clause("sets aside what is needed and a hundredth of what is left, once, however often it is said") { world in
            let draw = world.budget("key_a", cap: 10_000)
            let command = world.allot(1, [Allotment(draw, spent: 0, reserved: 0, needed: 100)])
            try world.expect(try await world.applyAgain(command), .allotted([draw.name: 199]), "the first amount")
            try world.expect(try await world.used([draw]), [199], "what is used")
            let more = world.allot(2, [Allotment(draw, spent: 60, reserved: 40, needed: 1000)])
            let left: Int64 = 10_000 - 60 - 40 - 1000
            let amount = 40 + 1000 + left / 100
            try world.expect(try await world.applyAgain(more), .allotted([draw.name: amount]), "the second amount")
            try world.expect(try await world.used([draw]), [60 + amount], "what is used, with what was spent")
        },
        Clause("gives back what is not reserved when nothing is needed") { world in
            let draw = world.budget("key_a", cap: 10_000)
            try await world.apply(world.allot(1, [Allotment(draw, spent: 0, reserved: 0, needed: 100)]))
            let back = world.allot(2, [Allotment(draw, spent: 30, reserved: 20, needed: 0)])
            try world.expect(try await world.applyAgain(back), .allotted([draw.name: 20]), "what stays set aside")
            try world.expect(try await world.used([draw]), [50], "what is used")
            let last = world.allot(3, [Allotment(draw, spent: 45, reserved: 0, needed: 0)])
            try world.expect(try await world.applyAgain(last), .allotted([draw.name: 0]), "nothing stays set aside")
            try world.expect(try await world.used([draw]), [75], "what is used, with a call above its reservation")
        },
        Clause("sets aside of all quotas or of none, and says which has no room") { world in
            let wide = world.budget("key_a", cap: 10_000)
            let narrow = world.budget("key_b", cap: 50)
            let refused = try await world.apply(
                world.allot(
                    1,
                    [
                        Allotment(wide, spent: 0, reserved: 0, needed: 51),
                        Allotment(narrow, spent: 0, reserved: 0, needed: 51),
                    ]))
            let refusal = HoldRefusal(unit: .tokens, cap: 50, used: 0, hasOpenHolds: false, quota: narrow.name)
            try world.expect(refused, .holdRefused(refusal), "the refusal")
            try world.expect(try await world.second.uses(of: [wide.name, narrow.name]), [:], "the rows")
            let whole = try await world.apply(world.allot(2, [Allotment(narrow, spent: 0, reserved: 0, needed: 50)]))
            try world.expect(whole, .allotted([narrow.name: 50]), "all that there is")
            let held = try await world.apply(world.allot(3, [Allotment(narrow, spent: 0, reserved: 50, needed: 1)]))
            let busy = HoldRefusal(unit: .tokens, cap: 50, used: 50, hasOpenHolds: true, quota: narrow.name)
            try world.expect(held, .holdRefused(busy), "the refusal while calls go on")
        },
        Clause("counts what was spent beyond the limit, and lets nothing more through") { world in
            let draw = world.budget("key_a", cap: 100)
            try await world.apply(world.allot(1, [Allotment(draw, spent: 0, reserved: 0, needed: 90)]))
            let spent = world.allot(2, [Allotment(draw, spent: 130, reserved: 0, needed: 0)])
            try world.expect(try await world.applyAgain(spent), .allotted([draw.name: 0]), "what stays set aside")
            try world.expect(try await world.used([draw]), [130], "what is used")
            let refused = try await world.apply(world.allot(3, [Allotment(draw, spent: 0, reserved: 0, needed: 1)]))
            let refusal = HoldRefusal(unit: .tokens, cap: 100, used: 130, hasOpenHolds: false, quota: draw.name)
            try world.expect(refused, .holdRefused(refusal), "a call more")
        },
        Clause("keeps amounts of processes apart, and counts those of dead ones as used") { world in
            let draw = world.budget("key_a", cap: 1000)
            try await world.apply(world.allot(1, [Allotment(draw, spent: 0, reserved: 0, needed: 100)]))
            let other = try await world.apply(
                world.allot(1, [Allotment(draw, spent: 0, reserved: 0, needed: 100)], by: world.bob))
            try world.expect(other, .allotted([draw.name: 107]), "the amount of another process")
            try world.expect(try await world.used([draw]), [216], "what is used by both")
            try await world.first.closeExecutor(world.alice)
            let fresh = StoreWorld.executor(100)
            try await world.first.openExecutor(fresh, process: 3, at: StoreWorld.time(3))
            let next = try await world.apply(
                world.allot(1, [Allotment(draw, spent: 0, reserved: 0, needed: 85)], by: fresh))
            try world.expect(next, .allotted([draw.name: 91]), "the amount of a third one")
            try world.expect(try await world.used([draw]), [307], "what is used, with what the dead one had")
            let back = try await world.apply(
                world.allot(2, [Allotment(draw, spent: 10, reserved: 0, needed: 0)], by: world.bob))
            try world.expect(back, .allotted([draw.name: 0]), "what the living one has left")
            try world.expect(try await world.used([draw]), [210], "what is used at last")
        },
        Clause("has runs and calls draw on the same quota") { world in
            let draws = world.draws(person: "usr_a", live: 2)
            let owner = try await world.startCounted(1, draws)
            let month = QuotaDraw(
                QuotaName(
                    tenant: StoreWorld.tenant, holder: .person("usr_a"),
                    kind: .spent(.tokens, in: .month(of: StoreWorld.time(1)))), cap: 100)
            let hold = HoldCommand(
                owner: owner, root: owner.run, key: HoldKey(step: "a#1", generation: 0, attempt: 1),
                wants: [.tokens: .init(60, least: 60)], quotas: [month])
            try world.expect(try await world.apply(.hold(hold)), .held([.tokens: 60]), "the hold of a run")
            let refused = try await world.apply(world.allot(1, [Allotment(month, spent: 0, reserved: 0, needed: 41)]))
            let refusal = HoldRefusal(unit: .tokens, cap: 100, used: 60, hasOpenHolds: false, quota: month.name)
            try world.expect(refused, .holdRefused(refusal), "a call that does not fit beside the run")
            let fits = try await world.apply(world.allot(2, [Allotment(month, spent: 0, reserved: 0, needed: 40)]))
            try world.expect(fits, .allotted([month.name: 40]), "a call that does")
            try await world.apply(world.end(owner, .cancelled))
            try world.expect(try await world.used([month]), [100], "what is used after the end of the run")
        },
        Clause("has runs of a project and calls of its keys draw on one quota, and nobody else") { world in
            let names: [QuotaName.Holder] = [.project("prj_a"), .project("prj_b"), .person("prj_a"), .key("prj_a")]
            var number: Int64 = 0
            for period in [QuotaPeriod.day(of: StoreWorld.time(1)), .month(of: StoreWorld.time(1)), nil] {
                let draws = names.map { holder in
                    QuotaDraw(
                        QuotaName(tenant: StoreWorld.tenant, holder: holder, kind: .spent(.tokens, in: period)),
                        cap: 100)
                }
                let part = period.map { $0.isDay ? "the day" : "the month" } ?? "all"
                let owner = try await world.startCounted(period.map { $0.isDay ? 1 : 2 } ?? 3, [])
                let key = HoldKey(step: "a#1", generation: 0, attempt: 1)
                let hold = HoldCommand(
                    owner: owner, root: owner.run, key: key, wants: [.tokens: .init(60, least: 60)],
                    quotas: [draws[0]])
                try world.expect(try await world.apply(.hold(hold)), .held([.tokens: 60]), "the hold in \(part)")
                func call(_ draw: QuotaDraw) async throws -> JournalOutcome {
                    number += 1
                    return try await world.apply(
                        world.allot(number, [Allotment(draw, spent: 0, reserved: 0, needed: 41)]))
                }
                let refusal = HoldRefusal(
                    unit: .tokens, cap: 100, used: 60, hasOpenHolds: false, quota: draws[0].name)
                try world.expect(try await call(draws[0]), .holdRefused(refusal), "a call of the project in \(part)")
                for draw in draws.dropFirst() {
                    try world.expect(try await call(draw), .allotted([draw.name: 41]), "one of others in \(part)")
                }
                try await world.apply(
                    .record(
                        RecordCommand(
                            owner: owner, rows: [], events: [],
                            settlements: [Settlement(key: key, costs: [.tokens: 59])], at: StoreWorld.time(3))))
                try world.expect(
                    try await call(draws[0]), .allotted([draws[0].name: 41]), "a call that fits now in \(part)")
                try world.expect(try await world.used(draws), [100, 41, 41, 41], "what is used in \(part)")
            }
        },
    ]
}

extension StoreWorld {
    /// A budget of tokens in all, of an API key.
    fileprivate func budget(_ key: String, cap: Int64) -> QuotaDraw {
        QuotaDraw(QuotaName(tenant: Self.tenant, holder: .key(key), kind: .spent(.tokens, in: nil)), cap: cap)
    }

    fileprivate func allot(
        _ number: Int64, _ allotments: [Allotment], by executor: ExecutorID? = nil
    ) -> JournalCommand {
        .allot(AllotCommand(executor: executor ?? alice, number: number, allotments: allotments))
    }

    /// Gives a command twice, and sees that the second time changes nothing.
    fileprivate func applyAgain(_ command: JournalCommand) async throws -> JournalOutcome {
        let outcome = try await apply(command)
        guard case .allot(let allot) = command else { return outcome }
        let draws = allot.allotments.map(\.draw)
        let before = try await used(draws)
        try expect(try await apply(command), outcome, "the outcome of the same command given again")
        try expect(try await used(draws), before, "what is used after the same command was given again")
        return outcome
    }
}
