import FoundationEssentials
import Testing
import TuttiYAML

@testable import TuttiConfiguration

@Suite("The home")
struct HomeTests {
    static let cases: [(String?, [String: String], String, ConfigurationSource)] = [
        ("f", ["TUTTI_HOME": "t", "XDG_DATA_HOME": "/x", "HOME": "/u"], "f", .flag("--home")),
        (nil, ["TUTTI_HOME": "t", "XDG_DATA_HOME": "/x", "HOME": "/u"], "t", .environment("TUTTI_HOME")),
        (nil, ["XDG_DATA_HOME": "/x", "HOME": "/u"], "/x/tutti", .environment("XDG_DATA_HOME")),
        (nil, ["XDG_DATA_HOME": "/x/"], "/x/tutti", .environment("XDG_DATA_HOME")),
        (nil, ["XDG_DATA_HOME": "relative", "HOME": "/u"], "/u/.local/share/tutti", .fallback),
        (nil, ["TUTTI_HOME": "", "XDG_DATA_HOME": "", "HOME": "/u"], "/u/.local/share/tutti", .fallback),
    ]

    @Test(arguments: cases)
    func isFound(flag: String?, environment: [String: String], path: String, source: ConfigurationSource) throws {
        #expect(try Home.resolve(flag: flag, environment: environment) == Sourced(value: path, source: source))
    }

    @Test(arguments: [[:], ["HOME": ""], ["XDG_DATA_HOME": "x"]])
    func nowhereIsAnError(environment: [String: String]) {
        let error = #expect(throws: ConfigurationError.self) {
            try Home.resolve(flag: nil, environment: environment)
        }
        #expect(
            error?.description
                == "there is no home: HOME and TUTTI_HOME are not set; give --home DIR or set TUTTI_HOME")
    }
}

@Suite("The configuration file")
struct ConfigurationFileTests {
    /// A folder of its own for each test, gone with it.
    final class Folder {
        let path: String

        init() throws {
            path = FileManager.default.temporaryDirectory.appending(path: "tutti-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        func write(_ bytes: Data, to name: String = ConfigurationFile.name) throws -> String {
            try bytes.write(to: URL(filePath: path + "/" + name))
            return path + "/" + name
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    let folder: Folder

    init() throws { folder = try Folder() }

    func load(_ environment: [String: String] = [:]) throws -> Configuration {
        try Configuration.load(home: folder.path, settings: [:], spelling: { $0 }, environment: environment)
    }

    @Test func mayBeMissing() throws {
        #expect(try load()[ConfigurationKeys.maxIterations] == 3)
    }

    @Test func aHomeThatIsAFileIsNotItsBusiness() throws {
        let path = try folder.write(Data(), to: "file")
        let configuration = try Configuration.load(home: path, settings: [:], spelling: { $0 }, environment: [:])
        #expect(configuration.home.value == path)
    }

    @Test func isReadFromTheHome() throws {
        let path = try folder.write(Data("roundtable: {max_iterations: 4}".utf8))
        let configuration = try load()
        #expect(configuration[ConfigurationKeys.maxIterations] == 4)
        #expect(configuration.source(of: ConfigurationKeys.maxIterations) == .file(path))
    }

    @Test func mayBeNamed() throws {
        _ = try folder.write(Data("log: {level: debug}".utf8))
        let other = try folder.write(Data("log: {level: error}".utf8), to: "other.yaml")
        #expect(try load(["TUTTI_CONFIG": other])[ConfigurationKeys.logLevel] == .error)
    }

    @Test func aNamedFileMustBeThere() throws {
        let missing = folder.path + "/missing.yaml"
        let error = #expect(throws: ConfigurationError.self) { try load(["TUTTI_CONFIG": missing]) }
        #expect(error?.description == "\(missing): cannot be read: No such file or directory")
    }

    @Test func mustBeAnOrdinaryTextOfReasonableSize() throws {
        let path = try folder.write(Data([0xFF, 0xFE, 0x41]))
        #expect(throws: ConfigurationError.self) { try load() }
        let error = #expect(throws: ConfigurationError.self) { try load(["TUTTI_CONFIG": folder.path]) }
        #expect(error?.description == "\(folder.path): is no ordinary file; name another")
        _ = try folder.write(Data(repeating: 0x23, count: YAMLDocument.sizeMax + 1))
        let tooLarge = #expect(throws: ConfigurationError.self) { try load() }
        #expect(tooLarge?.description == "\(path): is larger than 262144 bytes; shorten it")
    }
}
