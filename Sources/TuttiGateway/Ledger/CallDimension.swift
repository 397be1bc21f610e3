import TuttiCore

/// What sums tell calls apart by.
package enum CallDimension: String, Sendable, Hashable, CaseIterable {
    case key
    case person
    case project
    case team
    /// The model as it was asked for.
    case model
    case deployment
    case provider
    case outcome
    /// Hours of UTC.
    case hour
    /// Days of UTC.
    case day

    /// Whether it tells times apart, not names.
    package var isTime: Bool { self == .hour || self == .day }

    /// The name in a party; `nil` as well where parties have no such name.
    package func name(in party: CallParty) -> String? {
        switch self {
        case .key: party.key
        case .person: party.person
        case .project: party.project
        case .team: party.team
        case .model, .deployment, .provider, .outcome, .hour, .day: nil
        }
    }

    /// The name in a route; `nil` as well where routes have no such name.
    package func name(in route: CallRoute) -> String? {
        switch self {
        case .model: route.model
        case .deployment: route.deployment
        case .provider: route.provider
        case .outcome: route.outcome.rawValue
        case .key, .person, .project, .team, .hour, .day: nil
        }
    }

    /// Whether parties have such a name.
    package var isOfParty: Bool { [.key, .person, .project, .team].contains(self) }
    /// Whether routes have such a name.
    package var isOfRoute: Bool { [.model, .deployment, .provider, .outcome].contains(self) }
}
