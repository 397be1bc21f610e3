import Testing
import TuttiObservability

struct GenAISpanTests {
    @Test func aCallIsNamedByItsOperationAndModel() {
        var request = GenAISpan.Request(provider: "openai", model: "gpt-x")
        request.maxTokens = 100
        request.temperature = 0.5
        request.stopSequences = ["END"]
        request.isStream = true
        request.conversation = "run_1"
        request.serverAddress = "api.example.org"
        request.serverPort = 443
        let draft = GenAISpan.inference(request)
        #expect(draft.name == "chat gpt-x" && draft.kind == .client)
        let expected: SpanAttributes = [
            "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-x",
            "gen_ai.request.max_tokens": 100, "gen_ai.request.temperature": 0.5,
            "gen_ai.request.stop_sequences": .strings(["END"]), "gen_ai.request.stream": true,
            "gen_ai.conversation.id": "run_1", "server.address": "api.example.org", "server.port": 443,
        ]
        #expect(draft.attributes == expected)
    }

    @Test func anAnswerTellsWhatItUsed() {
        var response = GenAISpan.Response()
        response.id = "r1"
        response.model = "gpt-x-2026"
        response.finishReasons = ["stop"]
        response.inputTokens = 12
        response.outputTokens = 5
        response.cacheReadTokens = 8
        response.reasoningTokens = 2
        response.timeToFirstChunk = .milliseconds(250)
        let expected: SpanAttributes = [
            "gen_ai.response.id": "r1", "gen_ai.response.model": "gpt-x-2026",
            "gen_ai.response.finish_reasons": .strings(["stop"]), "gen_ai.usage.input_tokens": 12,
            "gen_ai.usage.output_tokens": 5, "gen_ai.usage.cache_read.input_tokens": 8,
            "gen_ai.usage.reasoning.output_tokens": 2, "gen_ai.response.time_to_first_chunk": 0.25,
        ]
        #expect(GenAISpan.attributes(of: response) == expected)
        #expect(GenAISpan.attributes(of: .init()).pairs.isEmpty)
    }

    @Test func workflowsAgentsAndToolsHaveTheirNames() {
        let workflow = GenAISpan.workflow("roundtable", run: "run_1")
        #expect(workflow.name == "invoke_workflow roundtable" && workflow.kind == .internal)
        #expect(workflow.attributes["gen_ai.workflow.name"] == "roundtable")
        let agent = GenAISpan.agent("critic", id: "agt_1", isRemote: true)
        #expect(agent.name == "invoke_agent critic" && agent.kind == .client)
        #expect(agent.attributes["gen_ai.agent.id"] == "agt_1")
        #expect(GenAISpan.agent("critic").kind == .internal)
        let tool = GenAISpan.tool("grep", call: "c1")
        #expect(tool.name == "execute_tool grep" && tool.attributes["gen_ai.tool.call.id"] == "c1")
    }

    @Test func wordsAreNotToldUnlessAskedFor() {
        let off = GenAIContent.off.attributes(input: { preconditionFailure("not wanted") }())
        #expect(off.pairs.isEmpty)
        let content = GenAIContent.on { $0.replacing("planted", with: "…") }
        let on = content.attributes(input: "[planted]", output: "b", instructions: "c")
        let expected: SpanAttributes = [
            "gen_ai.system_instructions": "c", "gen_ai.input.messages": "[…]", "gen_ai.output.messages": "b",
        ]
        #expect(on == expected)
    }
}
