import TuttiCore
package import TuttiModels

/// What a provider that can be asked has, or why that is not known.
package struct ProviderListing: Sendable, Hashable {
    /// As models' names begin.
    package var provider: String
    /// Where it is; `nil` for one that was put in by its program.
    package var url: String?
    /// Whether it was found on this machine, with nobody having set it up.
    package var isFound = false
    /// Its models, as they are in requests.
    package var models: [ModelDescription] = []
    /// Why the models are not known.
    package var problem: Problem?
    /// What has to be done before it can be used.
    package var advice: String?

    package struct Problem: Sendable, Hashable {
        package var code: String
        package var message: String

        init(_ error: any CodedError) {
            code = error.code
            message = error.message
        }
    }
}

extension ModelDirectory {
    /// Lists are asked for by somebody who waits.
    static let listPatience = ModelTimeouts(
        connect: .seconds(5), firstToken: .seconds(15), idle: .seconds(10), total: .seconds(30))

    /// The providers that are set up, put in, or found on this machine, each with its models, sorted by name. All are
    /// asked side by side; one that cannot be reached says why.
    ///
    /// - Parameters:
    ///   - places: where to look for servers that nobody has set up.
    ///   - patience: how long each answer of such a server may take.
    package func listings(
        at places: [LocalServers.Place], patience: Duration = LocalServers.patience
    ) async -> [ProviderListing] {
        async let found = LocalServers.find(at: places, patience: patience)
        var listings = ownNames.map { ProviderListing(provider: $0) }
        let own = Set(ownNames)
        listings += await withTaskGroup(of: ProviderListing.self) { group in
            for name in settings.servers.keys where !own.contains(name) && name != Self.scriptName {
                group.addTask { await self.listing(of: name) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let known = Set(listings.compactMap(\.url))
        for server in await found where !known.contains(server.url) { listings.append(listing(of: server)) }
        return listings.sorted { ($0.provider, $0.url ?? "") < ($1.provider, $1.url ?? "") }
    }

    /// One model of each provider that could be asked, by its full name; `NAME` stands where the models are not known.
    ///
    /// Nobody has asked for them, so nothing leaves this machine and no key is used but on it.
    ///
    /// - Parameters:
    ///   - places: where to look for servers that nobody has set up.
    ///   - patience: how long each answer may take.
    package func offers(
        at places: [LocalServers.Place], patience: Duration = LocalServers.patience
    ) async -> [String] {
        let quick = ModelTimeouts(connect: patience, firstToken: patience, idle: patience, total: patience)
        async let found = LocalServers.find(at: places, patience: patience)
        var listings: [ProviderListing] = []
        for name in settings.servers.keys.sorted() where name != Self.scriptName {
            guard let provider = try? provider(name) else { continue }
            if provider.base.isLoopback {
                listings.append(await listing(of: name, timeouts: quick))
            } else {
                listings.append(ProviderListing(provider: name, models: [ModelDescription(name: "NAME")]))
            }
        }
        let known = Set(listings.compactMap(\.url))
        for server in await found where !known.contains(server.url) {
            let listing = listing(of: server)
            if listing.advice == nil { listings.append(listing) }
        }
        return listings.compactMap { listing in listing.models.first.map { "\(listing.provider)/\($0.name)" } }
    }

    /// One provider with its models, or why they are not known.
    package func listing(of name: String) async -> ProviderListing {
        guard !ownNames.contains(name) else { return ProviderListing(provider: name) }
        return await listing(of: name, timeouts: Self.listPatience)
    }

    private func listing(of name: String, timeouts: ModelTimeouts) async -> ProviderListing {
        var listing = ProviderListing(provider: name)
        do {
            let provider = try provider(name, timeouts: timeouts)
            listing.url = provider.base.text
            listing.models = try await provider.models()
        } catch let error as any CodedError {
            listing.problem = ProviderListing.Problem(error)
        } catch {
            listing.problem = ProviderListing.Problem(ModelError(.unreachable, .retry, "it was not waited for"))
        }
        return listing
    }

    /// A server that was found can be asked by its provider's name only where that name leads to it.
    private func listing(of server: LocalServer) -> ProviderListing {
        var listing = ProviderListing(provider: server.provider, url: server.url, isFound: true, models: server.models)
        listing.problem = server.problem.map { ProviderListing.Problem($0) }
        let address = settings.servers[server.provider]?.url ?? KnownProvider.named(server.provider)?.address
        if address != server.url {
            listing.advice = "to ask it, set providers.\(server.provider).url to \(server.url)"
        } else if server.problem?.kind == .unauthenticated {
            listing.advice = "to ask it, set providers.\(server.provider).key"
        }
        return listing
    }
}
