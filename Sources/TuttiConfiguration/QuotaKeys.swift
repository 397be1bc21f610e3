package import TuttiCore

/// The keys that say how much people, projects and the organisation may have. Without any there is no quota.
extension ConfigurationKeys {
    package static let quotaPersonRunsAtOnce = ConfigurationKey<Int>(
        "quotas.person.runs_at_once", .integer(1...1_000_000), fallback: nil,
        "Runs of one person that may have no end yet, at one time.")

    package static let quotaPersonRunsADay = ConfigurationKey<Int>(
        "quotas.person.runs_a_day", .integer(1...10_000_000), fallback: nil,
        "Runs that one person may start in a day (UTC).")

    package static let quotaPersonTokensAMonth = ConfigurationKey<Int>(
        "quotas.person.tokens_a_month", .integer(1...1_000_000_000_000), fallback: nil,
        "Tokens of models that runs of one person may take in a month (UTC).")

    package static let quotaPersonUsdAMonth = ConfigurationKey<USD>(
        "quotas.person.usd_a_month", .dollars, fallback: nil,
        "Dollars that runs of one person may cost in a month (UTC).")

    package static let quotaProjectRunsAtOnce = ConfigurationKey<Int>(
        "quotas.project.runs_at_once", .integer(1...1_000_000), fallback: nil,
        "Runs of one project that may have no end yet, at one time.")

    package static let quotaProjectRunsADay = ConfigurationKey<Int>(
        "quotas.project.runs_a_day", .integer(1...10_000_000), fallback: nil,
        "Runs that may be started for one project in a day (UTC).")

    package static let quotaProjectTokensAMonth = ConfigurationKey<Int>(
        "quotas.project.tokens_a_month", .integer(1...1_000_000_000_000), fallback: nil,
        "Tokens of models that runs and calls of one project may take in a month (UTC), unless it has its own limit.")

    package static let quotaProjectUsdAMonth = ConfigurationKey<USD>(
        "quotas.project.usd_a_month", .dollars, fallback: nil,
        "Dollars that runs and calls of one project may cost in a month (UTC), unless it has its own limit.")

    package static let quotaOrganisationRunsAtOnce = ConfigurationKey<Int>(
        "quotas.organisation.runs_at_once", .integer(1...1_000_000), fallback: nil,
        "Runs of all of the organisation that may have no end yet, at one time.")

    package static let quotaOrganisationRunsADay = ConfigurationKey<Int>(
        "quotas.organisation.runs_a_day", .integer(1...10_000_000), fallback: nil,
        "Runs that all of the organisation may start in a day (UTC).")

    package static let quotaOrganisationTokensAMonth = ConfigurationKey<Int>(
        "quotas.organisation.tokens_a_month", .integer(1...1_000_000_000_000), fallback: nil,
        "Tokens of models that runs of all of the organisation may take in a month (UTC).")

    package static let quotaOrganisationUsdAMonth = ConfigurationKey<USD>(
        "quotas.organisation.usd_a_month", .dollars, fallback: nil,
        "Dollars that runs of all of the organisation may cost in a month (UTC).")

    /// The keys of this page, in the order of the reference.
    static let quotas: [KeyDefinition] = [
        quotaPersonRunsAtOnce.definition, quotaPersonRunsADay.definition,
        quotaPersonTokensAMonth.definition, quotaPersonUsdAMonth.definition,
        quotaProjectRunsAtOnce.definition, quotaProjectRunsADay.definition,
        quotaProjectTokensAMonth.definition, quotaProjectUsdAMonth.definition,
        quotaOrganisationRunsAtOnce.definition, quotaOrganisationRunsADay.definition,
        quotaOrganisationTokensAMonth.definition, quotaOrganisationUsdAMonth.definition,
    ]
}
