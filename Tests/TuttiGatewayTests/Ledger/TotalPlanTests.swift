import Testing
import TuttiCore
import TuttiGateway

@testable import TuttiGatewaySQLite

struct TotalPlanTests {
    /// The hours that a row of a plan holds: those of its time that are merged.
    private func hours(of part: TotalPlan.Part, mergedBefore merged: Int64) -> [Int64] {
        switch part.span {
        case .hour: Array(part.hours)
        case .day, .month: part.hours.filter { $0 < merged }
        }
    }

    @Test func coversEachHourOnce() {
        var random = SeededGenerator(seed: 1)
        let noon = CallHour(of: ledgerNoon).number
        for _ in 0..<2_000 {
            let ends = (0..<3).map { _ in noon + Int64.random(in: 0...3_000, using: &random) }
            let (from, to) = (min(ends[0], ends[1]), max(ends[0], ends[1]))
            let merged = Bool.random(using: &random) ? ends[2] : to
            for longest in TotalKind.Span.allCases {
                let parts = TotalPlan.parts(
                    of: CallHour(number: from)..<CallHour(number: to), mergedBefore: merged, longest: longest)
                #expect(parts.flatMap { hours(of: $0, mergedBefore: merged) } == Array(from..<to))
                for part in parts {
                    let hour = CallHour(number: part.hours.lowerBound)
                    #expect(part.span.rawValue <= longest.rawValue)
                    if part.span == .day { #expect(hour == hour.ofDay) }
                    if part.span == .month { #expect(hour == hour.ofMonth) }
                }
            }
        }
    }

    @Test func readsTheRunningMonthFromItsRow() {
        let start = CallHour(of: ledgerNoon).ofMonth
        let now = CallHour(of: ledgerNoon).number
        let parts = TotalPlan.parts(
            of: start..<CallHour(number: now + 1), mergedBefore: now - 1, longest: .month)
        #expect(parts.map(\.span) == [.month, .hour])
        #expect(parts.last?.hours == now - 1..<now + 1)
    }
}
