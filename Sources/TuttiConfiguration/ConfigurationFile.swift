import FoundationEssentials
import Glibc
import TuttiYAML

extension Configuration {
    /// The configuration of this start: flags over environment over file over defaults.
    ///
    /// - Parameters:
    ///   - home: as given by `--home`.
    ///   - settings: what flags say about keys.
    ///   - spelling: how the flag of a key is typed.
    /// - Throws: ``ConfigurationError``.
    package static func load(
        home flag: String?, settings: [String: PlainValue], spelling: (String) -> String,
        environment: [String: String]
    ) throws(ConfigurationError) -> Configuration {
        let home = try Home.resolve(flag: flag, environment: environment)
        let keys = ConfigurationKeys.all
        var layers = [ConfigurationLayer.flags(settings, spelling: spelling)]
        layers.append(try .environment(environment, keys: keys))
        if let file = try ConfigurationFile.find(home: home.value, environment: environment) {
            layers.append(try .file(file.text, path: file.path, keys: keys))
        }
        return Configuration(home: home, keys: keys, layers: layers)
    }
}

/// The file `tutti.yaml`: the only thing that this module reads.
package enum ConfigurationFile {
    package static let name = "tutti.yaml"

    /// The file that `TUTTI_CONFIG` names, which then must be there; else the one in the home, if there is one.
    ///
    /// - Throws: ``ConfigurationError`` when it is missing, no ordinary file, not readable, too large or not UTF-8.
    static func find(
        home: String, environment: [String: String]
    ) throws(ConfigurationError) -> (path: String, text: String)? {
        let named = environment["TUTTI_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let path = named ?? Home.join(home, name)
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            let number = errno
            // A home that is not there yet, or is no folder, is the business of whoever opens it.
            if named == nil, number == ENOENT || number == ENOTDIR { return nil }
            throw error(path, "cannot be read: \(unsafe String(cString: strerror(number)))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw error(path, "is no ordinary file; name another") }
        guard status.st_size <= YAMLDocument.sizeMax else {
            throw error(path, "is larger than \(YAMLDocument.sizeMax) bytes; shorten it")
        }
        return (path, try text(at: path))
    }

    private static func text(at path: String) throws(ConfigurationError) -> String {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw self.error(path, "cannot be read; check its permissions")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(path, "is not UTF-8; save it as UTF-8")
        }
        return text
    }

    private static func error(_ path: String, _ message: String) -> ConfigurationError {
        ConfigurationError(source: .file(path), mark: nil, message: message)
    }
}
