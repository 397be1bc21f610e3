import Testing
import TuttiCore

@testable import TuttiAccess

/// The pieces that rules are made of.
struct PolicyPartsTests {
    @Test func everyPermissionIsADottedNameWithASentence() {
        #expect(Set(Permission.all).count == Permission.all.count)
        for permission in Permission.all {
            let parts = permission.text.split(separator: ".", omittingEmptySubsequences: false)
            #expect(parts.count == 2 && permission.text == permission.text.lowercased(), "\(permission)")
            #expect(permission.exists && permission.summary.hasSuffix(".") && permission.area == parts[0])
        }
        #expect(!Permission("nothing.here").exists && Permission("nothing.here").summary.isEmpty)
        #expect(Permission("nothing").area == "nothing")
    }

    @Test(arguments: [
        ("*", "", true), ("a", "a", true), ("a", "ab", false), ("a*", "a", true), ("a*", "ba", false),
        ("*a", "ba", true), ("*a", "ab", false), ("a*a", "a", false), ("a*a", "aa", true), ("a*b*c", "abbc", true),
        ("a*b*c", "acb", false), ("*b*", "abc", true), ("*b*", "ac", false), ("a**b", "ab", true),
        ("a*bc*c", "abc", false), ("A", "a", false),
    ])
    func patternsOfNames(_ pattern: String, _ name: String, _ fits: Bool) {
        #expect(NamePattern(pattern).covers(name) == fits)
    }

    @Test func onlyTheStarFitsWhatHasNoName() {
        #expect(NamePattern("*").covers(nil) && !NamePattern("a*").covers(nil) && !NamePattern("**").covers(nil))
    }

    // MARK: Hours

    private static func at(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0) }

    @Test(arguments: [
        ("2026-01-05T08:00:00Z", true), ("2026-01-05T07:59:59.999Z", false), ("2026-01-05T17:59:59.999Z", true),
        ("2026-01-05T18:00:00Z", false), ("2026-01-04T12:00:00Z", false), ("1969-12-29T12:00:00Z", true),
        ("1969-12-28T12:00:00Z", false), ("1970-01-01T12:00:00Z", false),
    ])
    func hoursOfADay(_ time: String, _ isIn: Bool) {
        let hours = PolicyHours(from: 8 * 60, to: 18 * 60, days: [.mon], offset: 0)
        #expect(hours.contains(Self.at(time)) == isIn)
    }

    /// Friday evening to Saturday morning, whatever Saturday is.
    @Test(arguments: [
        ("2026-01-09T22:00:00Z", true), ("2026-01-10T05:59:00Z", true), ("2026-01-10T06:00:00Z", false),
        ("2026-01-09T05:00:00Z", false), ("2026-01-10T22:00:00Z", false), ("2026-01-09T21:59:00Z", false),
    ])
    func hoursOverMidnight(_ time: String, _ isIn: Bool) {
        let hours = PolicyHours(from: 22 * 60, to: 6 * 60, days: [.fri], offset: 0)
        #expect(hours.contains(Self.at(time)) == isIn)
    }

    @Test func hoursOfAnotherPlace() {
        let hours = PolicyHours(from: 0, to: 60, days: [.tue], offset: 120)
        #expect(hours.contains(Self.at("2026-01-05T22:30:00Z")))
        #expect(!hours.contains(Self.at("2026-01-06T00:30:00Z")))
        let west = PolicyHours(from: 23 * 60, to: 1440, days: [.mon], offset: -330)
        #expect(west.contains(Self.at("2026-01-06T05:00:00Z")))
    }

    @Test func timesAsText() {
        for (text, minutes) in [("00:00", 0), ("08:30", 510), ("24:00", 1440)] {
            #expect(PolicyHours.minutes(text) == minutes && PolicyHours.text(ofMinutes: minutes) == text)
        }
        for text in ["", "8:30", "24:01", "25:00", "12:60", "12-30", "12:3x", "012:30", "１２:30"] {
            #expect(PolicyHours.minutes(text) == nil, "\(text)")
        }
        for (text, minutes) in [("+00:00", 0), ("-05:30", -330), ("+14:00", 840)] {
            #expect(PolicyHours.offset(text) == minutes && PolicyHours.text(ofOffset: minutes) == text)
        }
        for text in ["", "02:00", "+2", "+14:01", "Z", "+24:00"] { #expect(PolicyHours.offset(text) == nil, "\(text)") }
    }
}
