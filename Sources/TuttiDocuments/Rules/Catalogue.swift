/// The one list of checks; a rule that is not here does not exist.
enum Catalogue {
    static let checks: [any Check] = [
        // Product
        PlaceholderCheck(), LongSentenceCheck(), VagueRequirementCheck(), MissingSectionCheck(),
        // Engineering
        MissingRollbackCheck(),
    ]
}
