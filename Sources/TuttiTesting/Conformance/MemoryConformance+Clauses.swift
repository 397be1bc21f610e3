import TuttiAgents
import TuttiCore

extension MemoryConformance {
    /// Texts that a store may stumble over.
    private static let values = [
        "", " ", "plain", "two\nlines\r\n", "\u{0}", "a\u{0}b", "tab\tquote' \"double\" `back` \\ % _ * ? ;--", "é",
        "e\u{301}",
        "日本語", "👩‍👩‍👧", "\u{FEFF}bom", "\u{202E}", String(repeating: "long ", count: 20_000),
    ]

    static let keeping: [Clause] = [
        Clause("gives back what was put, whatever characters it holds") { world in
            for (number, value) in values.enumerated() {
                let entry = try await world.first.put(value, for: "k\(number)", in: "n")
                try world.expect(Array(entry.value.utf8), Array(value.utf8), "the stored value")
                try await world.expect(value, at: "k\(number)")
            }
        },
        Clause("tells when an entry was put, and that it does not expire") { world in
            world.clock.advance(by: .seconds(5))
            let put = try await world.first.put("v", for: "k", in: "n")
            let expected = MemoryEntry(namespace: "n", key: "k", value: "v", written: world.clock.now())
            try world.expect(put, expected, "what put tells")
            try world.expect(try await world.second.get("k", in: "n"), expected, "what get tells")
            try world.expect(try await world.second.list(in: "n", limit: 9), [expected], "what list tells")
        },
        Clause("has nothing under a key that nothing was put under") { world in
            try await world.expect(nil, at: "k")
            try world.expect(try await world.first.delete("k", in: "n"), false, "whether something was deleted")
        },
        Clause("keeps the last value of a key") { world in
            try await world.first.put("one", for: "k", in: "n")
            try await world.second.put("two", for: "k", in: "n")
            try await world.expect("two", at: "k")
            try await world.expect(["k"], finding: "")
        },
        Clause("keeps namespaces apart") { world in
            try await world.first.put("one", for: "k", in: "a")
            try await world.first.put("two", for: "k", in: "b")
            try await world.first.put("three", for: "bk", in: "a")
            try await world.expect("one", at: "k", in: "a")
            try await world.expect("two", at: "k", in: "b")
            try await world.expect(nil, at: "k", in: "ab")
            try await world.expect(["bk", "k"], finding: "", in: "a")
            try await world.first.delete("k", in: "a")
            try await world.expect("two", at: "k", in: "b")
        },
        Clause("tells keys apart by their bytes") { world in
            let keys = ["é", "e\u{301}", "K", "k", " k", "k ", "k%", "k_", "'k'", "日本"]
            for key in keys { try await world.first.put("of \(key)", for: key, in: "n") }
            for key in keys { try await world.expect("of \(key)", at: key) }
            try world.expect(try await world.second.list(in: "n", limit: 100).count, keys.count, "the number of keys")
        },
        Clause("forgets what is deleted, for everybody") { world in
            try await world.first.put("v", for: "k", in: "n")
            try world.expect(try await world.second.delete("k", in: "n"), true, "whether something was deleted")
            try await world.expect(nil, at: "k")
            try await world.expect([], finding: "")
            try world.expect(try await world.first.delete("k", in: "n"), false, "whether it was deleted again")
        },
        Clause("loses nothing when many put at one time") { world in
            let keys = (0..<100).map { "k\($0)" }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, key) in keys.enumerated() {
                    let memory = number.isMultiple(of: 2) ? world.first : world.second
                    group.addTask { try await memory.put("of \(key)", for: key, in: "n") }
                }
                try await group.waitForAll()
            }
            for key in keys { try await world.expect("of \(key)", at: key) }
        },
    ]

    static let expiring: [Clause] = [
        Clause("tells when an entry expires") { world in
            let put = try await world.first.put("v", for: "k", in: "n", timeToLive: .seconds(60))
            try world.expect(put.expires, world.clock.now() + .seconds(60), "when the entry expires")
            try world.expect(try await world.second.get("k", in: "n"), put, "what get tells")
        },
        Clause("has an entry until its time is over, and then no more") { world in
            try await world.first.put("v", for: "k", in: "n", timeToLive: .seconds(60))
            try await world.first.put("w", for: "l", in: "n")
            world.clock.advance(by: .milliseconds(59_999))
            try await world.expect("v", at: "k")
            try await world.expect(["l", "k"], finding: "")
            world.clock.advance(by: .milliseconds(1))
            try await world.expect(nil, at: "k")
            try await world.expect(["l"], finding: "")
            try world.expect(try await world.first.delete("k", in: "n"), false, "whether it could still be deleted")
        },
        Clause("begins a new time with each put") { world in
            try await world.first.put("v", for: "k", in: "n", timeToLive: .seconds(10))
            world.clock.advance(by: .seconds(9))
            try await world.second.put("w", for: "k", in: "n", timeToLive: .seconds(10))
            world.clock.advance(by: .seconds(9))
            try await world.expect("w", at: "k")
            try await world.second.put("x", for: "k", in: "n")
            world.clock.advance(by: .seconds(1000))
            try await world.expect("x", at: "k")
        },
        Clause("takes a key again that has expired") { world in
            try await world.first.put("v", for: "k", in: "n", timeToLive: .seconds(1))
            world.clock.advance(by: .seconds(2))
            try await world.second.put("w", for: "k", in: "n")
            try await world.expect("w", at: "k")
        },
        Clause("takes a time to live of ten thousand years") { world in
            try await world.first.put("v", for: "k", in: "n", timeToLive: .seconds(10_000 * 366 * 86_400))
            try await world.expect("v", at: "k")
        },
    ]

    static let searching: [Clause] = [
        Clause("finds entries in whose key or value each word occurs") { world in
            try await world.first.put("the limit of a queue is 64", for: "queues", in: "n")
            try await world.first.put("retries have a limit", for: "retry-policy", in: "n")
            try await world.first.put("limit", for: "elsewhere", in: "m")
            try await world.expect(["retry-policy", "queues"], finding: "limit")
            try await world.expect(["retry-policy"], finding: "limit policy")
            try await world.expect(["queues"], finding: "  64 \n\t queue ")
            try await world.expect(["retry-policy", "queues"], finding: "imi")
            try await world.expect([], finding: "limit nowhere")
        },
        Clause("takes upper and lower case for the same") { world in
            try await world.first.put("Straße in ÄTHIOPIEN", for: "Key", in: "n")
            for text in ["STRAßE", "äthiopien", "kEY", "Äthiopien KEY"] {
                try await world.expect(["Key"], finding: text)
            }
        },
        Clause("gives no character a meaning of its own") { world in
            let texts = [
                "100%", "a_b", "\"quoted\"", "it's", "back\\slash", "star*", "(a)", "a-b", "a:b", "x\u{0}y", "^",
                "NEAR",
            ]
            try await world.first.put("nothing of it", for: "plain", in: "n")
            for (number, text) in texts.enumerated() {
                try await world.first.put("<\(text)>", for: "k\(number)", in: "n")
                try await world.expect(["k\(number)"], finding: text)
            }
            try await world.expect([], finding: "%%%")
            try await world.expect([], finding: "nothing OR something")
            try await world.expect([], finding: "\" OR 1=1 --")
        },
        Clause("finds no word that begins in the key and ends in the value") { world in
            try await world.first.put("bc", for: "a", in: "n")
            try await world.expect([], finding: "ab")
        },
        Clause("tells the newest first, as many as are asked for") { world in
            for key in ["b", "c", "a"] { try await world.first.put("v", for: key, in: "n") }
            world.clock.advance(by: .seconds(1))
            try await world.second.put("v", for: "d", in: "n")
            try await world.second.put("v again", for: "b", in: "n")
            try await world.expect(["b", "d", "a", "c"], finding: "")
            try await world.expect(["b", "d"], finding: "v", limit: 2)
            try await world.expect(["b"], finding: "v again", limit: 2)
        },
        Clause("finds nothing in a namespace that is not there") { world in
            try await world.expect([], finding: "", in: "none")
            try await world.expect([], finding: "a", in: "none")
        },
    ]

    static let refusing: [Clause] = [
        Clause("refuses what has no name") { world in
            try await world.expectRefusal("an empty key") { try await world.first.put("v", for: "", in: "n") }
            try await world.expectRefusal("an empty namespace") { try await world.first.put("v", for: "k", in: "") }
            try await world.expectRefusal("an empty key") { _ = try await world.first.get("", in: "n") }
            try await world.expectRefusal("an empty namespace") { try await world.first.delete("k", in: "") }
            try await world.expectRefusal("an empty namespace") { _ = try await world.first.list(in: "", limit: 1) }
            try await world.expect([], finding: "")
        },
        Clause("refuses a time to live that is none, and keeps what was there") { world in
            try await world.first.put("before", for: "k", in: "n")
            for time in [Duration.zero, .seconds(-1), .microseconds(999)] {
                try await world.expectRefusal("a time to live of \(time)") {
                    try await world.first.put("v", for: "k", in: "n", timeToLive: time)
                }
            }
            try await world.expect("before", at: "k")
        },
        Clause("refuses a search for no entry") { world in
            for limit in [0, -1, Int.min] {
                try await world.expectRefusal("a limit of \(limit)") {
                    _ = try await world.first.search("a", in: "n", limit: limit)
                }
            }
        },
    ]
}
