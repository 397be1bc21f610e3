import Testing
import TuttiConfiguration
import TuttiCore

@Suite("Values")
struct ValueKindTests {
    static let wrong: [(ValueKind, String, String)] = [
        (.toggle, "yes", "does not fit; it takes true or false"),
        (.toggle, "", "is empty; it takes true or false"),
        (.integer(1...10), "1e1", "does not fit; it takes a whole number from 1 to 10"),
        (.integer(1...10), " 1", "does not fit; it takes a whole number from 1 to 10"),
        (.choice(["tea", "milk"]), "Tea", "does not fit; it takes tea or milk"),
        (.list, "a,,b", "does not fit; it takes up to 64 different names separated by commas"),
        (.list, "a,b,a", "does not fit; it takes up to 64 different names separated by commas"),
        (.path(endings: [".md"]), "x.txt", "does not fit; it takes a path that ends in .md"),
        (.duration, "5", "does not fit; it takes a time such as 250ms, 30s, 5m, 2h or 1d, 366d at most"),
        (.duration, "-5s", "does not fit; it takes a time such as 250ms, 30s, 5m, 2h or 1d, 366d at most"),
        (.duration, "367d", "does not fit; it takes a time such as 250ms, 30s, 5m, 2h or 1d, 366d at most"),
        (
            .duration, "9223372036854775807h",
            "does not fit; it takes a time such as 250ms, 30s, 5m, 2h or 1d, 366d at most"
        ),
        (.duration, "s", "does not fit; it takes a time such as 250ms, 30s, 5m, 2h or 1d, 366d at most"),
        (.dollars, "-1", "does not fit; it takes dollars such as 2 or 0.25"),
        (.dollars, "1000000001", "does not fit; it takes dollars such as 2 or 0.25"),
        (.text, String(repeating: "x", count: 4097), "is longer than 4096 bytes; shorten it"),
    ]

    @Test(arguments: wrong) func sayWhatTheyTake(kind: ValueKind, text: String, reason: String) {
        #expect(throws: ValueProblem(reason)) { try kind.read(text) }
    }

    static let right: [(ValueKind, String, PlainValue)] = [
        (.toggle, "true", .toggle(true)), (.integer(-5...5), "-5", .integer(-5)), (.integer(1...10), "+7", .integer(7)),
        (.choice(["tea"]), "tea", .text("tea")), (.list, " a , b", .list(["a", "b"])),
        (.path(), "x", .text("x")), (.path(endings: [".md", ".json"]), "x.json", .text("x.json")),
        (.duration, "250ms", .duration(.milliseconds(250))), (.duration, "90s", .duration(.seconds(90))),
        (.dollars, "0.25", .dollars(USD(microdollars: 250_000))), (.dollars, "2", .dollars(.dollars(2))),
        (.duration, "0s", .duration(.zero)), (.duration, "366d", .duration(.seconds(31_622_400))),
    ]

    @Test(arguments: right) func areRead(kind: ValueKind, text: String, value: PlainValue) throws {
        #expect(try kind.read(text) == value)
        #expect(try kind.read(value.text) == value)
    }

    @Test func enumsAreChoices() {
        #expect(SeverityBar.choice == .choice(["critical", "high", "medium", "low", "never"]))
        #expect(SeverityBar(plain: .text("low")) == .low)
        #expect(SeverityBar(plain: .integer(1)) == nil)
        #expect(SeverityBar.never.severity == nil && SeverityBar.never.loopSeverity == .high)
        #expect(SeverityBar.low.severity == .low && SeverityBar.low.loopSeverity == .low)
    }
}

@Suite("The nearest name")
struct NearestNameTests {
    static let known = ["roundtable", "rules", "runs", "db", "config", "doctor", "version"]
    static let cases: [(String, String?)] = [
        ("roundtabel", "roundtable"), ("Rules", "rules"), ("rusn", "runs"), ("confg", "config"), ("versoin", "version"),
        ("dctor", "doctor"), ("d", nil), ("x", nil), ("", nil), ("banana", nil), ("table", nil),
        (String(repeating: "r", count: 65), nil),
    ]

    @Test(arguments: cases) func isGuessed(typed: String, expected: String?) {
        #expect(NearestName.find(typed, among: Self.known) == expected)
    }
}
