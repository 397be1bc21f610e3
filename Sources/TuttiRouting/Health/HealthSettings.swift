import TuttiCore

/// When a deployment counts as broken, and how long it is left alone.
package struct HealthSettings: Sendable, Hashable {
    /// So many failures with no success between them open the circuit.
    package var failuresInRow = 5
    /// So large a share of failures opens it, too.
    package var failureShare = 0.5
    /// Fewer calls than these say nothing about a share.
    package var callsMin = 10
    /// How far back calls are counted for the share.
    package var window = Duration.seconds(60)
    /// How long the circuit is open at first. Each probe that fails doubles it.
    package var openFirst = Duration.seconds(10)
    /// How long it is open at the most.
    package var openMax = Duration.seconds(300)
    /// How long a key rests that was asked too often, where the provider does not say.
    package var keyRest = Duration.seconds(10)
    /// How long a key rests that has no money or quota left, where the provider does not say.
    package var quotaRest = Duration.seconds(3600)
    /// The longest rest that a provider can ask for.
    package var restMax = Duration.seconds(86_400)
    /// How far back figures of the traffic are kept, in whole minutes.
    package var figureMinutes = 10

    package init() {}
}
