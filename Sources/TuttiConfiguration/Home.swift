/// The folder that holds the database, the documents of runs and `tutti.yaml`.
package enum Home {
    /// Where the home is, by the flag, else `$TUTTI_HOME`, else `$XDG_DATA_HOME/tutti`, else `~/.local/share/tutti`.
    ///
    /// An empty variable counts as unset, as the XDG specification asks; so does an `XDG_DATA_HOME` that is not
    /// absolute. Nothing is looked up or made on the disk.
    ///
    /// - Throws: ``ConfigurationError`` when nothing says where it is.
    package static func resolve(
        flag: String?, environment: [String: String]
    ) throws(ConfigurationError) -> Sourced<String> {
        if let flag { return Sourced(value: flag, source: .flag("--home")) }
        if let home = text("TUTTI_HOME", environment) {
            return Sourced(value: home, source: .environment("TUTTI_HOME"))
        }
        if let data = text("XDG_DATA_HOME", environment), data.hasPrefix("/") {
            return Sourced(value: join(data, "tutti"), source: .environment("XDG_DATA_HOME"))
        }
        if let home = text("HOME", environment) {
            return Sourced(value: join(home, ".local/share/tutti"), source: .fallback)
        }
        throw ConfigurationError(
            source: .fallback, mark: nil,
            message: "there is no home: HOME and TUTTI_HOME are not set; give --home DIR or set TUTTI_HOME")
    }

    private static func text(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A path below a folder.
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }
}
