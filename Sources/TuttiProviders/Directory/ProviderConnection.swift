import FoundationEssentials
import TuttiCore
import TuttiModels
import TuttiRuntime

/// What it takes to call a provider.
struct ProviderConnection: Sendable {
    var dialect: any ModelDialect
    /// The base URL, not looked at yet.
    var address: String
    /// What shows who asks, where the dialect's own key does not.
    var authorization: (any CallAuthorization)?
}

/// What a connection is made from.
struct ProviderSetup: Sendable {
    /// As models are named.
    var name: String
    var server: ProviderSettings.Server
    var cloud: CloudEnvironment
    var calls: CredentialCalls
    var clock: any Timekeeper
    var kept: KeptAuthorizations

    /// The authorization of this provider with these settings; one is made when there is none, so that the calls of
    /// all models share its credential.
    func authorization<Authorization: CallAuthorization>(_ make: () -> Authorization) -> Authorization {
        kept.authorization(for: KeptAuthorizations.Key(provider: name, server: server), make)
    }

    /// The same without the key.
    var withoutKey: ProviderSetup {
        var setup = self
        setup.server.key = nil
        return setup
    }

    /// The members that each request has besides.
    ///
    /// - Throws: ``ModelDirectoryError`` `bad_provider_setting` for what is no JSON object, or says what is asked.
    func fields() throws(ModelDirectoryError) -> [String: JSONValue] {
        guard let text = server.fields else { return [:] }
        guard text.utf8.count <= Self.fieldsBytesMax, case .object(let fields)? = try? WireJSON.read(Data(text.utf8))
        else {
            throw refusal(
                "fields",
                "must be a JSON object of at most \(Self.fieldsBytesMax) bytes, such as {\"provider\": {\"sort\": "
                    + "\"price\"}}; correct it")
        }
        if let own = fields.keys.sorted().first(where: { ChatDialect.ownFields.contains($0) }) {
            throw refusal("fields", "has '\(own)', which each request says for itself; remove it")
        }
        return fields
    }

    private static let fieldsBytesMax = 64 << 10

    /// A setting is missing or is not what it has to be.
    func refusal(_ setting: String, _ problem: String) -> ModelDirectoryError {
        ModelDirectoryError(.setting, "providers.\(name).\(setting) \(problem)")
    }

    /// Refuses to show a credential to whoever listens on the way.
    func checkSecrecy(of address: String) throws(ModelDirectoryError) {
        guard !address.lowercased().hasPrefix("https://"), let base = try? BaseURL(address), !base.isLoopback else {
            return
        }
        throw refusal("url", "must begin with https://, since credentials are sent there; only this machine needs none")
    }
}

extension String {
    /// Whether the text can be a label of a host's name (RFC 1035, 2.3.1), as regions are.
    var isHostLabel: Bool {
        (1...63).contains(utf8.count) && first != "-" && last != "-"
            && utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}
