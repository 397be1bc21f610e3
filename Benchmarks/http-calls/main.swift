// Measures many calls at one time:
//
//     http-calls serve MILLISECONDS     a server that answers each request after so long; prints its port
//     http-calls call PORT COUNT        two rounds of COUNT calls at one time; prints time and memory of each
//     http-calls stream URL COUNT       reads COUNT streams at one time; prints what they cost as stream-loop.c does
//
// Two processes, so that the memory is that of the client alone.

import Glibc

let arguments = CommandLine.arguments
if arguments.count == 3, arguments[1] == "serve", let delay = Int(arguments[2]) {
    SlowServer(delay: .milliseconds(delay)).run()
} else if arguments.count == 4, arguments[1] == "call", let port = UInt16(arguments[2]), let count = Int(arguments[3]) {
    await ManyCalls(port: port, count: count).run()
} else if arguments.count == 4, arguments[1] == "stream", let count = Int(arguments[3]) {
    await ManyStreams(url: arguments[2], count: count).run()
} else {
    print("usage: http-calls serve MILLISECONDS | http-calls call PORT COUNT | http-calls stream URL COUNT")
    exit(2)
}
