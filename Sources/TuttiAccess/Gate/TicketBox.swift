package import TuttiCore

/// Tickets: what somebody who is known takes to a place where no token can be shown, such as the address of a
/// WebSocket. Each is good once, for a minute, in the process that gave it.
package final class TicketBox: Sendable {
    /// How long a ticket is good.
    package static let lifetime: Duration = .seconds(60)
    /// Tickets that wait to be used; who asks for more takes the place of the oldest.
    package static let countMax = 10_000

    private let tickets: OneTimeCodes<LiveCredential>

    package init(random: LockedGenerator) {
        tickets = OneTimeCodes(.ticket, lifetime: Self.lifetime, countMax: Self.countMax, random: random)
    }

    package func issue(for credential: LiveCredential, at time: Timestamp) -> OpaqueToken {
        tickets.issue(credential, at: time)
    }

    /// Takes a ticket.
    ///
    /// - Throws: ``CredentialRefusal`` `ticket_refused`.
    package func redeem(_ text: String, at time: Timestamp) throws(CredentialRefusal) -> LiveCredential {
        let isGood = { (credential: LiveCredential) in
            !credential.isStale && credential.expires.map { $0 > time } ?? true
        }
        guard let credential = tickets.take(text, at: time, if: isGood) else { throw .ticketRefused }
        return credential
    }
}
