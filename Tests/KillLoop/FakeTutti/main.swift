import Glibc

// A stand-in for `tutti`, to test the kill loop itself: small, one thread, and wrong in one way when its name ends so:
//     repeat   bench crash: does its first steps again although they are recorded
//     forget   bench crash: goes on without recording each seventh step
//     leave    bench crash: ends without finishing
//     drift    roundtable: gives another document each time
//     invent   roundtable: records costs of models that it has not asked

let fault = CommandLine.arguments[0].split(separator: "-").last.map(String.init) ?? ""
var words = Array(CommandLine.arguments.dropFirst())
var flags: [String: String] = [:]
while let position = words.firstIndex(where: { $0.hasPrefix("--") }) {
    let flag = words.remove(at: position)
    if flag != "--json", flag != "--offline", position < words.count { flags[flag] = words.remove(at: position) }
}
let home = flags["--home", default: ""]

switch words.first {
case "bench": FakeCrash(flags, fault: fault).run()
case "roundtable": FakeRoundtable(home: home, fault: fault).start(words[1])
case "runs" where words[1] == "ls": FakeRoundtable(home: home, fault: fault).list()
case "runs": FakeRoundtable(home: home, fault: fault).finish(words[2])
default: exit(2)
}
