import FoundationEssentials
import TuttiCore
import TuttiMemorySQLite

// What it costs to make a folder of files searchable, and to ask it: folder-index FILES
//
// Makes a folder of so many files of 4 to 12 KB, reads it into an index in memory and into one in a file, reads the
// latter again unchanged, and asks 200 questions of 8 words.

let arguments = CommandLine.arguments
guard arguments.count == 2, let count = Int(arguments[1]), count > 0 else {
    print("usage: folder-index FILES")
    exit(2)
}

let folder = FileManager.default.temporaryDirectory.path + "/folder-index-\(UUID().uuidString)"
defer { try? FileManager.default.removeItem(atPath: folder) }
var texts = SampleTexts(seed: 1)
try texts.write(count, to: folder + "/texts")

let clock = ContinuousClock()
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = clock.now
    try await body()
    return (clock.now - start) / .seconds(1)
}

let place = FolderRetriever.IndexPlace.file(folder + "/index.db")
var report: FolderReport?
let inMemory = try await seconds { report = try await FolderRetriever.open(folder + "/texts").report }
let inFile = try await seconds { await (try await FolderRetriever.open(folder + "/texts", index: place)).close() }
let retriever = try await FolderRetriever.open(folder + "/texts", index: place)
let again = try await seconds { try await retriever.refresh() }
var times: [Double] = []
for _ in 0..<200 {
    let question = texts.words(8)
    times.append(try await seconds { _ = try await retriever.passages(for: question, limit: 8) })
}
await retriever.close()
times.sort()

print(
    "\(report?.files ?? 0) files, \((report?.bytes ?? 0) / 1024) KiB, \(report?.passages ?? 0) passages: "
        + "indexed in memory in \(Int(inMemory * 1000)) ms, in a file in \(Int(inFile * 1000)) ms, "
        + "read again unchanged in \(Int(again * 1000)) ms; a question takes \(Int(times[100] * 1_000_000)) µs "
        + "(median), \(Int(times[198] * 1_000_000)) µs (99 of 100)")
