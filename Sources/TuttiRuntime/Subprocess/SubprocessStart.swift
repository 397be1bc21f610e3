import CTuttiSystem
import Glibc

/// A program that has been started, and our ends of its three pipes.
struct StartedProgram {
    let process: Int32
    /// Readable when the program has ended.
    let ending: Descriptor
    /// Closed as soon as there is nothing left to write.
    var input: Descriptor?
    let output: Descriptor
    let errors: Descriptor

    /// Starts a program.
    init(_ program: Subprocess) throws(SubprocessError) {
        let path = try ProgramPath.find(program.program, environment: program.environment)
        let words = try Self.words(of: program)
        let (input, output, errors) = (try Pipe(), try Pipe(), try Pipe())
        let files = try program.files.map { bytes throws(SubprocessError) in try Self.file(of: bytes) }
        let process = try Self.spawn(program, at: path, words, [input.reading, output.writing, errors.writing] + files)
        let ending = CTuttiSystem_watchProcess(process)
        guard ending >= 0 else {
            let error = SubprocessError.system("'\(program.program)' could not be watched", errno)
            Self.end(process)
            throw error
        }
        self.process = process
        self.ending = Descriptor(owning: ending)
        for descriptor in [input.writing, output.reading, errors.reading] {
            _ = CTuttiSystem_setNonBlocking(descriptor.number)
        }
        (self.input, self.output, self.errors) = (input.writing, output.reading, errors.reading)
    }

    private static func end(_ process: Int32) {
        var (code, signal): (Int32, Int32) = (0, 0)
        var time: Int64 = 0
        kill(-process, SIGKILL)
        _ = unsafe CTuttiSystem_reap(process, &code, &signal, &time)
    }

    private static func file(of bytes: [UInt8]) throws(SubprocessError) -> Descriptor {
        let file = unsafe bytes.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { return unsafe CTuttiSystem_memoryFile(start, bytes.count) }
            return unsafe CTuttiSystem_memoryFile("", 0)
        }
        guard file >= 0 else { throw .system("no file in memory could be made", errno) }
        return Descriptor(owning: file)
    }

    /// Arguments and environment in the form of execve(2).
    private static func words(of program: Subprocess) throws(SubprocessError) -> (
        arguments: [String], environment: [String]
    ) {
        let arguments = [program.program] + program.arguments
        for name in program.environment.keys where name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
            throw SubprocessError(.argument, "'\(name)' is no name of a variable; take letters, digits and '_'")
        }
        let environment = program.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        guard !(arguments + environment + [program.folder ?? ""]).contains(where: { $0.utf8.contains(0) }) else {
            throw SubprocessError(
                .argument, "an argument or a variable of '\(program.program)' holds a NUL character; leave it out")
        }
        return (arguments, environment)
    }

    private static func spawn(
        _ program: Subprocess, at path: String, _ words: (arguments: [String], environment: [String]),
        _ descriptors: [Descriptor]
    ) throws(SubprocessError) -> Int32 {
        var process: Int32 = 0
        let arguments = unsafe words.arguments.map { unsafe strdup($0) } + [nil]
        let environment = unsafe words.environment.map { unsafe strdup($0) } + [nil]
        defer { unsafe (arguments + environment).forEach { unsafe free($0) } }
        let error = withExtendedLifetime(descriptors) {
            unsafe CTuttiSystem_spawn(
                path, arguments, environment, program.folder, descriptors.map(\.number), Int32(descriptors.count),
                &process)
        }
        guard error == 0 else {
            throw ProgramPath.explain(error, starting: program.program, at: path, in: program.folder)
        }
        return process
    }
}
