import TuttiCore
import TuttiHTTP
import TuttiModels
import TuttiRuntime

/// How Amazon Bedrock is reached: where, and by whose key or signature.
struct BedrockConnection {
    private let setup: ProviderSetup

    static let provider = KnownProvider(
        name: "bedrock", title: "Amazon Bedrock", address: "", path: "", keyVariables: ["AWS_BEARER_TOKEN_BEDROCK"],
        addressVariables: ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"],
        signVariables: ["AWS_ACCESS_KEY_ID", "AWS_PROFILE"],
        connect: { setup throws(ModelDirectoryError) in try BedrockConnection(setup: setup).make() })

    init(setup: ProviderSetup) { self.setup = setup }

    /// - Throws: ``ModelDirectoryError`` `bad_provider_setting` for a region or a key that is none.
    func make() throws(ModelDirectoryError) -> ProviderConnection {
        let region = try knownRegion()
        let address = setup.server.url ?? BedrockDialect.baseURL(region: region ?? AmazonAuthorization.unknownRegion)
        try setup.checkSecrecy(of: address)
        let (apiKey, signer) = try key()
        // What is found out is kept for all calls; a key is not, since it has to be fetched nowhere.
        var authorization = setup.withoutKey.authorization {
            AmazonAuthorization(
                credential: foundCredential(region), region: region.map { .known($0) } ?? .ofMachine(machineRegion),
                clock: setup.clock)
        }
        if setup.server.key != nil { authorization.credential = signer.map(givenCredential) }
        return ProviderConnection(
            dialect: BedrockDialect(key: apiKey), address: address, authorization: authorization)
    }

    /// An API key, or `ID:SECRET` or `ID:SECRET:TOKEN` to sign with; neither has a colon inside.
    private func key() throws(ModelDirectoryError) -> (apiKey: SecretText?, signer: AmazonCredential?) {
        guard let key = setup.server.key else { return (nil, nil) }
        let parts = key.revealed.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count > 1 else { return (key, nil) }
        guard parts.count <= 3, parts.allSatisfy({ !$0.isEmpty }) else {
            throw setup.refusal("key", "must be an API key, or ID:SECRET or ID:SECRET:TOKEN; set it anew")
        }
        let token = parts.count == 3 ? SecretText(parts[2]) : nil
        return (nil, AmazonCredential(keyID: parts[0], secret: SecretText(parts[1]), token: token))
    }

    private func givenCredential(_ signer: AmazonCredential) -> FreshCredential<AmazonCredential> {
        FreshCredential(.amazon, clock: setup.clock) {
            try IssuedCredential(checking: signer, isFixed: true, from: "providers.bedrock.key")
        }
    }

    private func foundCredential(_ region: String?) -> FreshCredential<AmazonCredential> {
        let chain = AmazonCredentialChain(
            cloud: setup.cloud, chosenProfile: setup.server.profile, region: region, calls: setup.calls,
            clock: setup.clock)
        return FreshCredential(.amazon, clock: setup.clock) { try await chain.fetch() }
    }

    // MARK: The region

    private func knownRegion() throws(ModelDirectoryError) -> String? {
        let cloud = setup.cloud
        let named = setup.server.region ?? cloud.first("AWS_REGION", "AWS_DEFAULT_REGION")
        let profile = setup.server.profile ?? cloud.first("AWS_PROFILE", "AWS_DEFAULT_PROFILE") ?? "default"
        guard let region = named ?? AmazonProfiles(cloud).profile(profile)?["region"] else { return nil }
        guard region.isHostLabel else {
            throw setup.refusal(
                "region",
                "(or AWS_REGION, or the region of the profile) must be a region such as eu-central-1; correct it")
        }
        return region
    }

    private var machineRegion: FreshCredential<String> {
        let (cloud, calls) = (setup.cloud, setup.calls)
        let nothing = ModelError(
            .badRequest, .never,
            "the region of Amazon Bedrock is not known: set providers.bedrock.region or AWS_REGION, such as "
                + "eu-central-1")
        return FreshCredential(.amazon, clock: setup.clock) {
            guard let machine = AmazonInstance(cloud) else { throw nothing }
            return IssuedCredential(value: try await machine.region(calls, else: nothing), isFixed: true)
        }
    }
}
