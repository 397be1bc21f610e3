import TuttiCore
package import TuttiProviders

extension ModelDirectory {
    /// The providers whose keys can be kept: a cassette has none.
    package var keyed: [String] { names.filter { $0 != "script" } }

    /// - Parameter place: the flag that names it.
    /// - Throws: ``InputError`` for a provider that there is not: its key would never be used.
    func check(provider: String?, for place: String) throws(InputError) {
        let known = keyed
        guard let provider, !known.contains(provider) else { return }
        let wayOut = NearestName.find(provider, among: known).map { "did you mean '\($0)'?" }
        throw InputError(
            "\(place): there is no provider '\(CleanText.line(provider, bytesMax: 60))'; "
                + (wayOut ?? "there are \(known.joined(separator: ", "))"))
    }
}
