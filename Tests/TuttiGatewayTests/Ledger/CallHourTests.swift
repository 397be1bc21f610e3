import Testing
import TuttiCore
import TuttiGateway

struct CallHourTests {
    @Test(arguments: [
        ("2026-11-30T11:26:30.000Z", "2026-11-30T11:00:00.000Z", "2026-11-30T00:00:00.000Z"),
        ("2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z"),
        ("1970-01-01T00:59:59.999Z", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"),
    ])
    func liesInADay(time: String, hour: String, day: String) throws {
        let found = CallHour(of: try #require(Timestamp(time)))
        #expect(found.start.description == hour)
        #expect(found.ofDay.start.description == day)
        #expect(found.ofNextDay.number == found.ofDay.number + 24)
    }

    @Test(arguments: [
        ("2026-12-31T23:00:00.000Z", "2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"),
        ("2024-02-01T00:00:00.000Z", "2024-02-01T00:00:00.000Z", "2024-03-01T00:00:00.000Z"),
    ])
    func liesInAMonth(time: String, month: String, next: String) throws {
        let hour = CallHour(of: try #require(Timestamp(time)))
        #expect(hour.ofMonth.start.description == month)
        #expect(hour.ofNextMonth.start.description == next)
    }

    @Test func beginsAtAMomentOrAfterIt() {
        #expect(CallHour(notBefore: Timestamp(milliseconds: 3_600_000)).number == 1)
        #expect(CallHour(notBefore: Timestamp(milliseconds: 3_600_001)).number == 2)
    }
}
