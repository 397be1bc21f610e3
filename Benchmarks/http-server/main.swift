import Glibc

// http-server serve <port> [loops]                        a server for what follows, until it is interrupted
// http-server follow <port> <pid> <streams> <seconds>     what the process <pid> needs for each delivered event
// http-server hold <port> <pid> <streams>                 what a stream on which nothing happens takes of its memory
let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().compactMap { Int($0) }
switch (arguments.first, numbers.count) {
case ("serve", 1...): try await EventServer(port: numbers[0], loops: numbers.dropFirst().first).run()
case ("follow", 4): Followers(port: numbers[0], pid: numbers[1], count: numbers[2]).measureEvents(seconds: numbers[3])
case ("hold", 3): Followers(port: numbers[0], pid: numbers[1], count: numbers[2]).measureMemory()
default:
    print("usage: http-server serve <port> [loops]")
    print("       http-server follow <port> <pid> <streams> <seconds>")
    print("       http-server hold <port> <pid> <streams>")
    exit(2)
}
