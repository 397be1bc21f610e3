import Tutti
import TuttiTesting

let ops = Participant(
    name: "operator", role: "Operator", expertise: "Years of it.", perspective: "The one who is called at night",
    instructions: "Look for limits.", focus: ["limits"])
let panel = Panel(participants: [ops], goal: "Nobody is called at night.")

let tutti = try await Tutti.open()
let result = try await tutti.roundtable(
    "# Uploads\n\nUsers can upload attachments.\n", model: "script/actor", of: ListedModels([actor]), panel: panel)
print(result.outcome, result.rounds.count)
print(result.document)
for round in result.rounds {
    for critic in round.critics { print(round.round, critic.critic, critic.spending?.description ?? "") }
}
await tutti.close()
