import Glibc
import TuttiEgress

// What the tests of egress start: a bridge, or a proxy in a process of its own.
closefrom(3)  // what other tests have open beside us
let words = Array(CommandLine.arguments.dropFirst())
switch words.first {
case "serve": await serve(path: words[1], port: words[2], descriptors: words[3])
case "leaks": await leaks(path: words[1])
case "few":
    limitDescriptors(words[1])
    exit(EgressBridge.main(Array(words.dropFirst(2))))
default: exit(EgressBridge.main(words))
}
