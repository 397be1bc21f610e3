import TuttiCore
import TuttiGuards
import TuttiRuntime

// What it costs to look through a request: guard-scan TIMES
//
// A body of one MiB of prose in a thousand messages is looked through for all that is known, then by two patterns.

func body(bytes: Int) -> [UInt8] {
    let sentence = "The order of 12 March came to 1,250.00 dollars, said Ada (see https://example.com/a?b=c): pay. "
    let message = String(repeating: sentence, count: 11)
    var messages: [JSONValue] = []
    while messages.count * message.utf8.count < bytes {
        messages.append(["role": "user", "content": .string(message)])
    }
    return JSONValue.object(["model": "a/m", "messages": .array(messages)]).bytes
}

func measure(_ name: String, _ times: Int, _ one: Guard) throws {
    guard let guards = GuardTable([one]).guards(for: ["a/m"]) else { return }
    let body = body(bytes: 1 << 20)
    let clock = SystemTimekeeper()
    let start = clock.uptime()
    var found = 0
    for _ in 0..<times {
        let result = try GuardedBody.request(body, guards) { clock.uptime() }
        found += result.account.entries.count
    }
    let each = (clock.uptime() - start) / times
    print("\(name): \(Int(each / .microseconds(1))) µs for \(body.count) bytes, \(found) found")
}

let times = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20
for kind in GuardKind.allCases {
    try measure(kind.rawValue, times, Guard("one", kinds: [kind], does: .report))
}
try measure("all kinds", times, Guard("all", kinds: GuardKind.allCases, does: .report))
let patterns = try [#"\bNightshade\b"#, #"ACME-\d{6}"#].map { try GuardPattern($0) }
try measure("two patterns", times, Guard("names", patterns: patterns, does: .report))
