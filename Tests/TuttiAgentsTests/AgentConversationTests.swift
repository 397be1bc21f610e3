import Testing
import TuttiCore
import TuttiModels
import TuttiTools

@testable import TuttiAgents

/// What a model is sent of a long piece of work.
@Suite struct AgentConversationTests {
    private func turn(_ number: Int, answer size: Int) -> AgentTurn {
        let call = ModelToolCall(id: "c\(number)", name: "read", arguments: "{}")
        let output = ToolOutput(String(repeating: "x", count: size))
        return AgentTurn(
            content: [.toolCall(call)],
            calls: [AgentCall(id: "c\(number)", tool: "read", verdict: .done, output: output)],
            spending: Spending())
    }

    private func conversation(_ turns: Int, answer size: Int, tokensMax: Int) -> AgentConversation {
        var conversation = AgentConversation(
            opening: [.user("task")], seed: "s", tokensMax: tokensMax, fixedTokens: 0)
        for number in 0..<turns { conversation.append(turn(number, answer: size)) }
        return conversation
    }

    @Test func nothingIsLeftOutOfWhatFits() {
        let short = conversation(3, answer: 1_000, tokensMax: 100_000)
        #expect(short.leftOut == (0, 0) && short.messages.count == 7)
        #expect(short.knownMessages == 6)
    }

    @Test func oldAnswersGoFirstAndPairsStay() {
        let long = conversation(20, answer: 4_000, tokensMax: 12_000)
        #expect(long.leftOut.answers > 0 && long.leftOut.turns == 0)
        #expect(long.messages.count == 41)
        #expect(long.messages == long.messages.withPairedCalls)
        let sent = CallEstimate.tokens(of: ModelRequest(model: "", messages: long.messages))
        #expect(sent <= 12_000)
        guard case .toolResult(let first) = long.messages[2].content[0] else {
            Issue.record("no result")
            return
        }
        #expect(first.text.contains("4000 bytes") && first.text.contains("sha256"))
        guard case .toolResult(let last)? = long.messages.last?.content[0] else {
            Issue.record("no result")
            return
        }
        #expect(last.text.utf8.count == 4_000)
    }

    @Test func thenTheOldestTurnsGo() {
        let long = conversation(400, answer: 390, tokensMax: 4_000)
        #expect(long.leftOut.turns > 0)
        #expect(long.messages == long.messages.withPairedCalls)
        #expect(long.messages[0].content.count == 2)
        #expect(CallEstimate.tokens(of: ModelRequest(model: "", messages: long.messages)) <= 4_100)
    }

    @Test func aModelThatTakesLessIsSentLess() {
        var long = conversation(10, answer: 4_000, tokensMax: 100_000)
        let before = CallEstimate.tokens(of: ModelRequest(model: "", messages: long.messages))
        let isShorter = long.shrinkFurther()
        #expect(isShorter)
        #expect(CallEstimate.tokens(of: ModelRequest(model: "", messages: long.messages)) < before * 3 / 4)
        while long.shrinkFurther() {}
        #expect(long.messages.count == 3)  // the task and the latest turn are always there
    }

    @Test func twoConversationsAreToldApart() {
        let prints = [
            conversation(2, answer: 100, tokensMax: 10_000), conversation(2, answer: 101, tokensMax: 10_000),
            conversation(3, answer: 100, tokensMax: 10_000),
        ].map(\.fingerprint)
        #expect(Set(prints).count == 3)
        #expect(prints[0] == conversation(2, answer: 100, tokensMax: 10_000).fingerprint)
    }

    @Test func brokenPairsAreMended() {
        let call = { (id: String) in ModelContent.toolCall(ModelToolCall(id: id, name: "t", arguments: "{}")) }
        let result = { (id: String) in ModelContent.toolResult(ModelToolResult(callID: id, text: id)) }
        let broken: [ModelMessage] = [
            ModelMessage(role: .user, content: [result("lost"), .text("hi")]),
            ModelMessage(role: .assistant, content: [call("a"), call("b")]),
            ModelMessage(role: .user, content: [result("b"), result("b")]),
            ModelMessage(role: .assistant, content: [call("c")]),
            ModelMessage(role: .assistant, content: [.text("x"), call("d")]),
        ]
        let mended = broken.withPairedCalls
        #expect(mended.map(\.role) == [.user, .assistant, .user, .assistant, .user, .assistant, .user])
        let ids = mended.map { message in
            message.content.compactMap { if case .toolResult(let result) = $0 { result.callID } else { nil } }
        }
        #expect(ids == [[], [], ["a", "b"], [], ["c"], [], ["d"]])
        #expect(mended.withPairedCalls == mended)
    }
}
