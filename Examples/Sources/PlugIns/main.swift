import Tutti

let tutti = try await Tutti.open()

// A provider of one's own, found by its name from now on, and what it costs.
let directory = ModelDirectory()
try directory.register("archive", Archivist())
let start = Timestamp(milliseconds: 0)
let price = ModelPrice(model: "archive/*", from: start, uncachedInput: .dollars(1), output: .dollars(5))
let models = PricedModels(directory, prices: PriceTable([price]))

// A memory: what participants have found is told them the next time.
let memory = try await SQLiteMemory.open(tutti.home + "/notes.db")

// A retriever of one's own: what it finds is quoted to the participants.
let table = Roundtable(models: models, retrievers: OneRetriever(Notes()), memory: memory)
let result = try await tutti.roundtable("# Uploads\n\nUsers can upload attachments.\n", with: table) { input in
    let panel = Panel(participants: [archivist])
    input.critics = []
    input.panel = panel
    input.models = ModelAssignment("archive/one", for: panel)
    input.maxIterations = 1
    input.memory = "uploads"
}
print(result.outcome, result.rounds[0].critics[0].spending?.description ?? "")

// It can be asked for more than that: what one piece of work leaves to the next.
for open in result.open { try await memory.put(open.finding.message, for: open.finding.code, in: "open") }
for entry in try await memory.search("25 mb", in: "open", limit: 5) { print(entry.key, entry.value) }
for space in try await memory.namespaces() { print(space.name, space.entries) }
await memory.close()

await tutti.close()
