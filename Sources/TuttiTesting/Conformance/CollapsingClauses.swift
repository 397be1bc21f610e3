import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let collapsing: [Clause] = [
        Clause("loads all rows inside of open scopes") { world in
            try await world.journal(of: [("all#1/a/s#1", .step), ("all#1/b/s#1", .step)]) { keys in
                keys == ["all#1/a/s#1", "all#1/b/s#1"]
            }
        },
        Clause("leaves out what is inside of closed scopes, also of failed ones") { world in
            let rows: [(String, StepKind)] = [
                ("all#1/a/s#1", .step), ("all#1", .all), ("b#1/s#1", .step), ("b#1", .branch), ("c#1", .settled),
                ("c#1/x/s#1", .step), ("z#1", .step),
            ]
            try await world.journal(of: rows, failed: ["b#1"]) { $0 == ["all#1", "b#1", "c#1", "z#1"] }
        },
        Clause("does not take the tenth scope for the inside of the first") { world in
            let rows: [(String, StepKind)] = [
                ("all#1", .all), ("all#1/a/s#1", .step), ("all#10", .step), ("all#10/a/s#1", .step),
                ("all#11/a/s#1", .step), ("all#2/a/s#1", .step), ("all-in#1", .step), ("all#1x", .step),
            ]
            try await world.journal(of: rows) { keys in
                keys == ["all#1", "all#10", "all#10/a/s#1", "all#11/a/s#1", "all#1x", "all#2/a/s#1", "all-in#1"]
            }
        },
        Clause("collapses nested scopes from the outside") { world in
            let rows: [(String, StepKind)] = [
                ("o#1/i#1/s#1", .step), ("o#1/i#1", .branch), ("o#1/i#2/s#1", .step), ("p#1/i#1/s#1", .step),
                ("p#1/i#1", .branch), ("p#1/t#1", .step), ("o#1", .branch),
            ]
            try await world.journal(of: rows) { $0 == ["o#1", "p#1/i#1", "p#1/t#1"] }
        },
        Clause("does not take a step with a name like a scope for one") { world in
            try await world.journal(of: [("s#1", .step), ("s#1/x#1", .step)]) { $0 == ["s#1", "s#1/x#1"] }
        },
        Clause("sorts keys by their bytes, whatever is in them") { world in
            let keys = ["é#1", "z#1", "a b#1", "a%2fb#1", "日本#1", "A#1", "😀#1", "\u{FFFD}#1"]
            try await world.journal(of: keys.map { ($0, .step) }) { $0 == keys.sorted { $0.precedes($1) } }
        },
        Clause("shows all rows in the order of their first writing") { world in
            let owner = try await world.startOwned()
            for key in ["b#1", "a#1/x#1", "c#1"] { try await world.apply(world.record(owner, [world.openRow(key)])) }
            try await world.apply(world.record(owner, [world.row("a#1", kind: .branch), world.row("b#1")]))
            let keys = try await world.second.steps(of: owner.run).map(\.key)
            try world.expect(keys, ["b#1", "a#1/x#1", "c#1", "a#1"], "the keys")
        },
    ]
}

extension StoreWorld {
    /// Writes rows one by one and has the keys of the journal judged.
    func journal(
        of rows: [(String, StepKind)], failed: Set<String> = [], isRight: ([String]) -> Bool
    ) async throws {
        let owner = try await startOwned()
        for (key, kind) in rows {
            let row = failed.contains(key) ? failedRow(key, kind: kind) : row(key, kind: kind)
            try await apply(record(owner, [row]))
        }
        for store in [first, second] {
            let keys = try await store.journal(of: owner.run).map(\.key)
            guard isRight(keys) else { throw ConformanceFailure(description: "the journal holds \(keys)") }
        }
    }
}
