/// Which way a call went, and how it ended.
package struct CallRoute: Sendable, Hashable {
    /// The model as it was asked for: a name of this house or of a provider.
    package var model: String
    /// The deployment that answered or failed last; `nil` when none was asked.
    package var deployment: String?
    /// What that is at the provider, written `PROVIDER/NAME`.
    package var providerModel: String?
    /// How the call ended.
    package var outcome: CallOutcome

    /// A route from its names.
    package init(model: String, deployment: String? = nil, providerModel: String? = nil, outcome: CallOutcome) {
        self.model = model
        self.deployment = deployment
        self.providerModel = providerModel
        self.outcome = outcome
    }

    /// What stands before the first slash of ``providerModel``.
    package var provider: String? {
        providerModel.map { String($0.prefix { $0 != "/" }) }
    }

    /// What sums name when a tenant has more routes than ``CallLedgerLimits/routesMax``; how the call ended is kept.
    package var other: CallRoute {
        CallRoute(
            model: CallLedgerLimits.otherName, deployment: CallLedgerLimits.otherName,
            providerModel: CallLedgerLimits.otherName, outcome: outcome)
    }
}
