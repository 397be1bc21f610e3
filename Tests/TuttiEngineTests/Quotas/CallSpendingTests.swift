import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@Suite struct CallSpendingTests {
    private static func tokens(of key: String = "key_a", cap: Int64) -> QuotaDraw {
        QuotaDraw(QuotaName(tenant: "default", holder: .key(key), kind: .spent(.tokens, in: nil)), cap: cap)
    }

    private static func call(_ tokens: Int64, _ draws: QuotaDraw...) -> SpendingReservation {
        SpendingReservation([.tokens: tokens], from: draws)
    }

    private static func used(_ store: any JournalStore, _ draw: QuotaDraw) async throws -> Int64 {
        try await store.uses(of: [draw.name])[draw.name]?.used ?? 0
    }

    @Test("asks the store once for many small calls", arguments: StoreKind.allCases)
    func slices(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let counted = CountedCommands(store.journal)
            try await withEngine(on: counted, []) { engine in
                let spending = CallSpending(engine)
                let draw = Self.tokens(cap: 1_000_000)
                for _ in 0..<100 {
                    let call = Self.call(90, draw)
                    try await spending.reserve(call)
                    spending.settle(call, costs: [.tokens: 50])
                }
                // 90 and a hundredth of what is left; each call leaves 50 of it.
                #expect(counted.allotCommands == 1)
                #expect(try await spending.usage(of: [draw]).map(\.used) == [5000])
                #expect(try await Self.used(counted, draw) > 10_000)
                await spending.close()
                #expect(try await Self.used(counted, draw) == 5000)
                #expect(counted.allotCommands == 2)
            }
        }
    }

    @Test("refuses a call that does not fit, and reserves nothing for it", arguments: StoreKind.allCases)
    func refusal(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await withEngine(on: store.journal, []) { engine in
                let spending = CallSpending(engine)
                let (own, all) = (Self.tokens(cap: 1000), Self.tokens(of: "key_b", cap: 150))
                let first = Self.call(100, own, all)
                try await spending.reserve(first)
                let refusal = await #expect(throws: SpendingRefusal.self) {
                    try await spending.reserve(Self.call(51, own, all))
                }
                #expect(refusal?.state.holder == .key("key_b") && refusal?.state.cap == 150 && refusal?.needed == 51)
                #expect(refusal?.isHeldByCalls == true)
                spending.settle(first, costs: [.tokens: 20])
                let second = Self.call(130, own, all)
                try await spending.reserve(second)
                spending.settle(second, costs: [.tokens: 130])
                let last = await #expect(throws: SpendingRefusal.self) {
                    try await spending.reserve(Self.call(1, own, all))
                }
                #expect(last?.isHeldByCalls == false && last?.state.used == 150)
                await spending.close()
                #expect(try await Self.used(store.journal, own) == 150)
                #expect(try await Self.used(store.journal, all) == 150)
            }
        }
    }

    @Test("never lets calls side by side reserve more than the limit", arguments: StoreKind.allCases)
    func sideBySide(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await withEngine(on: store.journal, []) { engine in
                let spending = CallSpending(engine)
                let draw = Self.tokens(cap: 1000)
                let count = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<200 {
                        group.addTask {
                            let call = Self.call(9, draw)
                            guard (try? await spending.reserve(call)) != nil else { return false }
                            await Task.yield()
                            spending.settle(call, costs: [.tokens: 9])
                            return true
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                // 111 fit, whatever is given back meanwhile.
                #expect(count == 111)
                await spending.close()
                let used = try await Self.used(store.journal, draw)
                #expect(used == Int64(count) * 9)
            }
        }
    }

    @Test("counts a cost above the reservation, and one that nobody knows as it was reserved")
    func costs() async throws {
        try await withEngine(on: MemoryJournalStore(), []) { engine in
            let spending = CallSpending(engine)
            let draw = Self.tokens(cap: 1000)
            let (dear, unknown) = (Self.call(10, draw), Self.call(30, draw))
            try await spending.reserve(dear)
            try await spending.reserve(unknown)
            spending.settle(dear, costs: [.tokens: 900])
            spending.settle(unknown, costs: [:])
            #expect(try await spending.usage(of: [draw]).map(\.used) == [930])
            await #expect(throws: SpendingRefusal.self) { try await spending.reserve(Self.call(71, draw)) }
            try await spending.reserve(Self.call(70, draw))
        }
    }

    @Test("gives back what no call has drawn on for a while")
    func idle() async throws {
        let (store, clock) = (MemoryJournalStore(), ManualClock())
        try await withEngine(on: store, [], clock: clock) { engine in
            let spending = CallSpending(engine)
            let draw = Self.tokens(cap: 100_000)
            let call = Self.call(100, draw)
            try await spending.reserve(call)
            spending.settle(call, costs: [.tokens: 40])
            #expect(try await Self.used(store, draw) == 1099)
            let running = Task { await spending.run() }
            while try await Self.used(store, draw) != 40 {
                clock.advance(by: .seconds(5))
                await Task.yield()
            }
            running.cancel()
            clock.advance(by: .seconds(60))
            await running.value
        }
    }

    @Test("counts what was set aside by a process that died as used")
    func death() async throws {
        let store = MemoryJournalStore()
        let draw = Self.tokens(cap: 100_000)
        try await withEngine(on: store, []) { engine in
            let spending = CallSpending(engine)
            try await spending.reserve(Self.call(100, draw))
        }
        try await withEngine(on: store, []) { engine in
            let spending = CallSpending(engine)
            let call = Self.call(100, draw)
            try await spending.reserve(call)
            spending.settle(call, costs: [.tokens: 1])
            await spending.close()
            #expect(try await Self.used(store, draw) == 1099 + 1)
        }
    }

    @Test("tells what the store fails with, and goes on when it is well again")
    func storeFails() async throws {
        let faulty = CountedCommands(MemoryJournalStore())
        try await withEngine(on: faulty, []) { engine in
            let spending = CallSpending(engine)
            let draw = Self.tokens(cap: 1000)
            faulty.failure.withLock { $0 = StoreError(.corrupt, "planted") }
            await #expect(throws: StoreError.self) { try await spending.reserve(Self.call(10, draw)) }
            faulty.failure.withLock { $0 = nil }
            let call = Self.call(10, draw)
            try await spending.reserve(call)
            spending.settle(call, costs: [.tokens: 10])
            await spending.close()
            #expect(try await Self.used(faulty, draw) == 10)
        }
    }
}
