import Glibc
import HTTPFuzzing
import TuttiRuntime

// fuzz-http [seconds] [seed]: mutates requests and frames for so long, and tells the seed by which a failure comes
// again.
let seconds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 60
let seed = CommandLine.arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? .random(in: 1...999_999_999)
let clock = SystemTimekeeper()
let end = clock.uptime() + .seconds(seconds)
print("fuzz-http: seed \(seed), \(seconds) s")
fflush(nil)  // a crash must not take the seed with it
var requests = RequestFuzzer(seed: seed, corpus: BuiltInCorpus.requests)
var frames = FrameFuzzer(seed: seed, corpus: BuiltInCorpus.frames)
do {
    while clock.uptime() < end {
        for _ in 0..<200 {
            try requests.step()
            try frames.step()
        }
    }
} catch {
    print("fuzz-http: \(error)")
    exit(1)
}
print("fuzz-http: \(requests.stepCount) requests, \(requests.acceptedCount) heads, \(requests.refusedCount) refused")
print("fuzz-http: \(frames.stepCount) frames, \(frames.acceptedCount) events, \(frames.refusedCount) refused")
print("fuzz-http, seed \(seed): \(requests.stepCount + frames.stepCount) passed, 0 failed")
