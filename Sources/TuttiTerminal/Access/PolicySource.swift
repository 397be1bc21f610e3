import FoundationEssentials
package import TuttiAccess
import TuttiAccessHTTP
package import TuttiConfiguration
import TuttiCore
import TuttiHTTPClient
import TuttiReadings
import TuttiYAML

/// What decides who may do what, as the configuration names it.
package struct PolicySource: Sendable {
    /// The rules of the file, or the built-in ones: which roles there are.
    package let rules: PolicyRules
    /// Those rules, or an OPA server in their place.
    package let decider: any PolicyDecider

    /// - Throws: ``InputError`` for a file that cannot be read or has mistakes, all of which it tells, and for an
    ///   address that is none.
    package init(_ configuration: Configuration) throws(InputError) {
        rules = try Self.rules(Self.path(configuration))
        guard let url = configuration.value(of: ConfigurationKeys.policyServer) else {
            decider = rules
            return
        }
        let token = configuration.value(of: ConfigurationKeys.policyServerToken).map { SecretText($0) }
        do throws(OpenPolicyAgentError) {
            decider = try OpenPolicyAgent(
                OpenPolicyAgentConfiguration(url: url, token: token), client: HTTPClient())
        } catch {
            throw InputError("auth.opa_url cannot be used: \(error.message)")
        }
    }

    /// The file of the policy. What a configuration file names is meant from where that file lies, wherever the program
    /// was started.
    package static func path(_ configuration: Configuration) -> String? {
        guard let path = configuration.value(of: ConfigurationKeys.policyFile) else { return nil }
        guard !path.hasPrefix("/"), case .file(let file) = configuration.source(of: ConfigurationKeys.policyFile) else {
            return path
        }
        return FileWriter.folder(of: file) + "/" + path
    }

    /// - Parameter path: `nil` for the built-in rules.
    package static func rules(_ path: String?) throws(InputError) -> PolicyRules {
        guard let path else { return .builtIn }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            let place = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
            let isThere = FileManager.default.fileExists(atPath: path)
            throw InputError(
                "the policy \(place) " + (isThere ? "cannot be read: look at its permissions" : "is not there"))
        }
        guard bytes.count <= fileSizeMax else {
            throw InputError("the policy \(path) has \(bytes.count) bytes, and \(fileSizeMax) at most are read")
        }
        do throws(FieldError) {
            return try PolicyRules(yaml: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw InputError("the policy \(path) has mistakes; nothing was done:\n\(error)")
        }
    }

    static let fileSizeMax = 1 << 20
}
