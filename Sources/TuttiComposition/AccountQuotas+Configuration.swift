import TuttiConfiguration
import TuttiCore
import TuttiEngine

extension AccountQuotas {
    /// What a configuration says that accounts may have.
    init(_ configuration: Configuration) {
        typealias Keys = ConfigurationKeys
        self.init(
            person: AccountQuota(
                runsAtOnce: configuration.value(of: Keys.quotaPersonRunsAtOnce),
                runsADay: configuration.value(of: Keys.quotaPersonRunsADay),
                tokensAMonth: configuration.value(of: Keys.quotaPersonTokensAMonth).map(Int64.init),
                usdAMonth: configuration.value(of: Keys.quotaPersonUsdAMonth)),
            project: AccountQuota(
                runsAtOnce: configuration.value(of: Keys.quotaProjectRunsAtOnce),
                runsADay: configuration.value(of: Keys.quotaProjectRunsADay),
                tokensAMonth: configuration.value(of: Keys.quotaProjectTokensAMonth).map(Int64.init),
                usdAMonth: configuration.value(of: Keys.quotaProjectUsdAMonth)),
            organisation: AccountQuota(
                runsAtOnce: configuration.value(of: Keys.quotaOrganisationRunsAtOnce),
                runsADay: configuration.value(of: Keys.quotaOrganisationRunsADay),
                tokensAMonth: configuration.value(of: Keys.quotaOrganisationTokensAMonth).map(Int64.init),
                usdAMonth: configuration.value(of: Keys.quotaOrganisationUsdAMonth)))
    }
}
