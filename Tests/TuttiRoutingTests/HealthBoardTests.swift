import Testing
import TuttiCore
import TuttiModels
import TuttiRuntime

@testable import TuttiRouting

/// The health of many deployments, for many tasks.
struct HealthBoardTests {
    private typealias Samples = RoutingSamples

    @Test func aKeyThatIsNotAcceptedIsOutWhereverThatProviderIsAsked() throws {
        let board = HealthBoard(
            Samples.table([
                try Samples.deployment("a", model: "x/1", keys: ["k1"]),
                try Samples.deployment("b", model: "x/2", keys: ["k1", "k2"]),
                try Samples.deployment("c", model: "z/1", keys: ["k1"]),
            ]))
        board.end(try board.begin("a", at: .zero).get(), CallReport(.failed(Samples.unauthenticated)), at: .zero)
        #expect(board.begin("a", at: .zero).block == .keysOff)
        #expect(board.snapshots(at: .zero).map { $0.keys.map(\.state) } == [[.off], [.off, .usable], [.usable]])
        board.renew(try Samples.key("k1"))
        #expect(board.snapshots(at: .zero).allSatisfy { $0.keys.allSatisfy { $0.state == .usable } })
    }

    @Test func aNewTableKeepsWhatIsKnown() throws {
        let board = HealthBoard(
            Samples.table([try Samples.deployment("a"), try Samples.deployment("b", model: "x/1")]))
        let old = try board.begin("a", at: .zero).get()
        for _ in 0..<5 {
            for name in ["a", "b"] {
                guard case .success(let ticket) = board.begin(name, at: .zero) else { continue }
                board.end(ticket, CallReport(.failed(Samples.overloaded)), at: .zero)
            }
        }
        board.update(Samples.table([try Samples.deployment("a"), try Samples.deployment("b", model: "x/2")]))
        #expect(board.snapshots(at: .zero).map(\.circuit) == [.open, .closed])
        #expect(board.snapshots(at: .zero).map(\.inFlight) == [1, 0])
        board.end(old, CallReport(.success), at: .zero)
        #expect(board.snapshots(at: .zero).map(\.inFlight) == [0, 0])
        board.update(Samples.table([try Samples.deployment("c")]))
        #expect(board.snapshots(at: .zero).map(\.deployment) == ["c"])
        #expect(board.begin("a", at: .zero).block == .gone)
    }

    @Test func aHeaderOfAnAnswerIsRespected() throws {
        let board = HealthBoard(Samples.table([try Samples.deployment("a", keys: ["k1"])]))
        board.rest("a", key: try Samples.key("k1"), for: .seconds(3), at: .zero)
        #expect(board.begin("a", at: .seconds(2)).block == .keysResting)
        #expect(board.begin("a", at: .seconds(3)).block == nil)
    }

    @Test func anEndWakesThoseThatWaitForIt() async throws {
        let board = HealthBoard(Samples.table([try Samples.deployment("a", slots: 1), try Samples.deployment("b")]))
        let nudge = Nudge()
        let id = try #require(board.enlist(["a"], nudge))
        #expect(board.waiting(for: ["a", "b"]) == 1)
        #expect(board.waiting(for: ["b"]) == 0)
        board.end(try board.begin("a", at: .zero).get(), CallReport(.success), at: .zero)
        await nudge.wait()  // returns because the end has called
        board.dismiss(id)
        #expect(board.waiting(for: ["a"]) == 0)
    }

    @Test func noMoreWaitThanMay() throws {
        let board = HealthBoard(Samples.table([try Samples.deployment("a")]))
        let ids = (0..<HealthBoard.waitersMax).compactMap { _ in board.enlist(["a"], Nudge()) }
        #expect(ids.count == HealthBoard.waitersMax)
        #expect(board.enlist(["a"], Nudge()) == nil)
        board.dismiss(ids[0])
        #expect(board.enlist(["a"], Nudge()) != nil)
    }

    @Test func manyTasksNeverHoldMoreThanTheSlots() async throws {
        let board = HealthBoard(Samples.table([try Samples.deployment("a", slots: 3)]))
        let most = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var most = 0
                    for _ in 0..<200 {
                        guard case .success(let ticket) = board.begin("a", at: .zero) else {
                            await Task.yield()
                            continue
                        }
                        most = max(most, board.snapshots(at: .zero)[0].inFlight)
                        await Task.yield()
                        board.end(ticket, CallReport(.success), at: .zero)
                    }
                    return most
                }
            }
            return await group.reduce(0) { max($0, $1) }
        }
        #expect(most >= 1 && most <= 3)
        #expect(board.snapshots(at: .zero)[0].inFlight == 0)
    }
}
