import Tutti

let document = "# PRD: Uploads\n\n## Goals\n\nUsers can upload attachments. It must be fast and secure.\n"

let tutti = try await Tutti.open()
let result = try await tutti.roundtable(document)
print(result.outcome, result.rounds.count)
for open in result.open { print(open.finding.severity, open.finding.code) }
await tutti.close()
