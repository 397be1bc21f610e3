import TuttiModels

/// Whether a provider could be asked as it is set up. Nothing is asked for that.
package struct ProviderReadiness: Sendable, Hashable {
    /// As models' names begin.
    package var name: String
    package var isConfigured: Bool
    /// What has to be set first: variables or settings.
    package var missing: [String]
}

extension ModelDirectory {
    /// All known providers and those of the settings, in the order of the alphabet.
    package var readiness: [ProviderReadiness] {
        names.filter { $0 != Self.scriptName }.map(readiness)
    }

    private func readiness(of name: String) -> ProviderReadiness {
        let known = KnownProvider.named(name)
        // Servers of this machine need no key, so only a setting tells that somebody means to use one.
        if known?.isLocal == true, settings.servers[name] == nil {
            return ProviderReadiness(name: name, isConfigured: false, missing: ["providers.\(name).url"])
        }
        if ownNames.contains(name) { return ProviderReadiness(name: name, isConfigured: true, missing: []) }
        do throws(ModelDirectoryError) {
            _ = try provider(name)
            return ProviderReadiness(name: name, isConfigured: true, missing: [])
        } catch {
            let isKey = error.code == "missing_key"
            let variable = isKey ? known?.keyVariables.first : nil
            return ProviderReadiness(name: name, isConfigured: false, missing: [variable ?? "providers.\(name)"])
        }
    }
}
