import KillLoop
import Testing

@Suite struct ModelHistoryTests {
    /// Two steps with a call each, and one with two; a kill that landed after the first, while the second was asked.
    private static let sound = ModelHistory(
        ledger: [
            line("a", at: 100), line("b", at: 200, complete: false, microdollars: 3, tokens: 4), line("b", at: 300),
            line("c", at: 400), line("c/repair", at: 500),
        ],
        steps: [
            step("a", ended: 150), step("b", ended: 350),
            ModelHistory.PaidStep(token: "c", key: "key c", ended: 550, microdollars: 14, tokens: 20),
        ], kills: [ModelHistory.Kill(lines: 1, recorded: ["a"])])

    private static func line(
        _ token: String?, at received: Int64, complete: Bool = true, microdollars: Int64 = 7, tokens: Int64 = 10
    ) -> ModelCallLine {
        ModelCallLine(
            token: token, isComplete: complete, received: received, microdollars: microdollars, tokens: tokens)
    }

    private static func step(_ token: String, ended: Int64) -> ModelHistory.PaidStep {
        ModelHistory.PaidStep(token: token, key: "key \(token)", ended: ended, microdollars: 7, tokens: 10)
    }

    private func violations(_ change: (inout ModelHistory) -> Void) -> [String] {
        var history = Self.sound
        change(&history)
        return history.check().violations
    }

    @Test func aSoundHistoryPasses() {
        #expect(violations { _ in } == [])
        #expect(Self.sound.check().passed > 10)
        #expect(Self.sound.wasted == 3)
    }

    @Test func anAnswerThatAKillHasMadeVoidIsNoViolation() {
        #expect(violations { $0.ledger[1] = Self.line("b", at: 200) } == [])
    }

    @Test func findsACallThatWasRepeatedAfterItsRecord() {
        #expect(
            violations { $0.ledger.insert(Self.line("a", at: 160), at: 1) }
                == [
                    "key a: asked again 1 times after it was recorded",
                    "key a: asked 2 times as a, allowed are 1", "kill 0: asked again although recorded: [\"key a\"]",
                ])
    }

    @Test func findsMoreCallsThanKillsAllow() {
        #expect(
            violations { $0.ledger.insert(Self.line("b", at: 250), at: 2) }
                == ["key b: asked 3 times as b, allowed are 2"])
    }

    @Test func findsOtherCosts() {
        #expect(
            violations { $0.steps[0].microdollars = 14 }
                == [
                    "key a: the journal says 14 millionths of a dollar and 10 tokens, the server 7 and 10"
                ])
        #expect(violations { $0.steps[2].tokens = 10 }.count == 1)
    }

    @Test func findsWhatOnlyOneOfThemKnows() {
        #expect(violations { $0.ledger.append(Self.line("x", at: 1)) } == ["paid, and no step in the journal: [\"x\"]"])
        #expect(violations { $0.ledger.append(Self.line(nil, at: 1)) }.first?.hasPrefix("1 calls came without") == true)
        #expect(violations { $0.ledger.remove(at: 0) }.first == "key a: recorded, but never answered as a whole")
        #expect(violations { $0.steps.remove(at: 0) }.contains("kill 0: recorded, and later gone: 1 steps"))
    }
}

@Suite struct ModelCallLineTests {
    @Test(arguments: [
        "", "{", "{}", #"{"end":"whole","received":1,"usage":{}}"#, #"{"end":"cut","received":1,"usage":{}}"#,
        #"{"end":"cut","usage":{"uncached":1,"cache_read":1,"cache_write":1,"output":1}}"#,
    ])
    func refuses(line: String) { #expect(ModelCallLine(line) == nil) }

    @Test func reads() {
        let usage = #"{"uncached":1,"cache_read":2,"cache_write":3,"output":4,"reasoning":1,"microdollars":null}"#
        let line = ModelCallLine("{\"token\":\"a/repair\",\"end\":\"cut\",\"received\":9,\"usage\":\(usage)}")
        #expect(
            line
                == ModelCallLine(token: "a/repair", isComplete: false, received: 9, microdollars: 0, tokens: 10))
        #expect(line?.step == "a")
    }
}
