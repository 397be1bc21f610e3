import FoundationEssentials
import TuttiCore
import TuttiGateway

/// The party and the route of a line for which sums had no room, as they stand in the line itself.
struct LineNames {
    var party: CallParty
    var route: CallRoute

    init(party: CallParty, route: CallRoute) {
        self.party = party
        self.route = route
    }

    /// An array of names, with `null` for those that are missing.
    var text: String {
        let names = [
            party.key, party.person, party.project, party.team, route.model, route.deployment, route.providerModel,
        ]
        let values = names.map { name in name.map { JSONValue.string($0) } ?? .null }
        return String(decoding: JSONValue.array(values).bytes, as: UTF8.self)
    }

    /// Reads a text; `nil` when it is none.
    ///
    /// - Parameter outcome: that of the line, which is always among those of its route's number.
    init?(_ text: String, outcome: CallOutcome) {
        guard case .array(let values)? = try? WireJSON.read(Data(text.utf8)), values.count == 7,
            let model = values[4].stringValue
        else { return nil }
        let names = values.map(\.stringValue)
        party = CallParty(key: names[0], person: names[1], project: names[2], team: names[3])
        route = CallRoute(model: model, deployment: names[5], providerModel: names[6], outcome: outcome)
    }
}
