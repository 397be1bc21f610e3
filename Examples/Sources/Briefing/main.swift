import BriefingWorkflow
import Tutti
import TuttiTesting

// In place of a model of a provider one that answers by a function: no key and no network.
let model = Model("test/echo", provider: TestProvider { request in .saying("I was asked:\n" + question(of: request)) })
let tutti = try await Tutti.open(workflows: [Briefing(model: model)])

// A workflow of one's own, and what happens in it.
let run = try await tutti.start(Briefing(model: model), "tea", budget: Budget(tokens: 10_000))
for try await event in run.events where event.type == "run.completed" { print(event.n, event.type) }
print(try await run.output)

// A document before the three critics of the rulebook and one of one's own.
let team = Roundtable(critics: RulebookCritic.all() + [Shouting()])
let result = try await tutti.roundtable("# Tea\n\nBuy our tea!!!\n", with: team)
print(result.outcome, result.rounds.count, result.open.map(\.finding.message))

await tutti.close()

nonisolated func question(of request: ModelRequest) -> String {
    request.messages.flatMap(\.content).map { if case .text(let text) = $0 { text } else { "" } }.joined()
}
