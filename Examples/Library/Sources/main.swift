import Tutti

let tutti = try await Tutti.open(workflows: [Briefing()])

// A workflow of one's own, and what happens in it.
let run = try await tutti.start(Briefing(), "tea")
for try await event in run.events { print(event.n, event.type, event.key ?? "") }
print(try await run.output)

// A document before the three critics of the rulebook and one of one's own.
let team = Roundtable(critics: RulebookCritic.all() + [Shouting()])
let result = try await tutti.roundtable("# Tea\n\nBuy our tea!!!\n", with: team)
print(result.outcome, result.rounds.count, result.open.map(\.finding.message))

await tutti.close()
