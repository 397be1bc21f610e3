import FoundationEssentials
import TuttiModels

/// The profiles in the two files of the AWS tools, `~/.aws/config` and `~/.aws/credentials`
/// (AWS CLI User Guide, "Configuration and credential file settings").
struct AmazonProfiles: Sendable {
    /// Settings by their names in lower case.
    typealias Settings = [String: String]

    /// What the file of credentials has, by the name of the profile.
    private(set) var credentials: [String: Settings] = [:]
    /// What the file of settings has, by the name of the profile.
    private(set) var settings: [String: Settings] = [:]
    /// Its `sso-session` sections by their names.
    private(set) var sessions: [String: Settings] = [:]

    /// Reads the files that the variables name, else those at the usual places. What is not there has no profiles.
    init(_ cloud: CloudEnvironment) {
        self.init(
            config: Self.text(cloud, "AWS_CONFIG_FILE", "config"),
            credentials: Self.text(cloud, "AWS_SHARED_CREDENTIALS_FILE", "credentials"))
    }

    /// Reads the texts of the files.
    init(config: String, credentials text: String) {
        credentials = Self.sections(of: text)
        for (name, members) in Self.sections(of: config) {
            let parts = name.split(separator: " ", maxSplits: 1).map { CloudEnvironment.trimmed(String($0)) }
            switch parts.first {
            case "profile"? where parts.count == 2: settings[Self.unquoted(parts[1])] = members
            case "sso-session"? where parts.count == 2: sessions[Self.unquoted(parts[1])] = members
            default: if name == "default", settings["default"] == nil { settings["default"] = members }
            }
        }
    }

    /// All that is known of a profile; the file of credentials counts first. `nil` when there is no such profile.
    func profile(_ name: String) -> Settings? {
        guard credentials[name] != nil || settings[name] != nil else { return nil }
        return (settings[name] ?? [:]).merging(credentials[name] ?? [:]) { $1 }
    }

    private static func text(_ cloud: CloudEnvironment, _ variable: String, _ name: String) -> String {
        let home = cloud["HOME"] ?? ""
        var path = cloud[variable] ?? "\(home)/.aws/\(name)"
        if path.hasPrefix("~/") { path = home + path.dropFirst() }
        return SmallFile.text(path) ?? ""
    }

    /// Sections of lines `name = value`; indented lines belong to a value that nobody here reads.
    private static func sections(of text: String) -> [String: Settings] {
        var sections: [String: Settings] = [:]
        var current: String?
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") && !line.hasPrefix(";") {
            let plain = CloudEnvironment.trimmed(String(line))
            if plain.hasPrefix("[") {
                let name = CloudEnvironment.trimmed(String(plain.dropFirst().prefix { $0 != "]" }))
                sections[name] = sections[name] ?? [:]
                current = name
            } else if let section = current, line.first?.isWhitespace == false, let equals = plain.firstIndex(of: "=") {
                let name = CloudEnvironment.trimmed(String(plain[..<equals])).lowercased()
                let value = CloudEnvironment.trimmed(String(plain[plain.index(after: equals)...]))
                sections[section]?[name] = value
            }
        }
        return sections
    }

    private static func unquoted(_ name: String) -> String {
        for quote in ["\"", "'"] where name.count >= 2 && name.hasPrefix(quote) && name.hasSuffix(quote) {
            return String(name.dropFirst().dropLast())
        }
        return name
    }
}
