import CTuttiSystem
import Glibc

/// A pipe that no program inherits which another test starts meanwhile: with its writing end there, nobody would ever
/// see the end of what was written.
struct TestPipe {
    let reading: Int32
    let writing: Int32

    struct Failure: Error { let number: Int32 }

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe CTuttiSystem_pipe(&ends) == 0 else { throw Failure(number: errno) }
        (reading, writing) = (ends[0], ends[1])
    }
}
