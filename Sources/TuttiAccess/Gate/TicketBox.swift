import Synchronization
package import TuttiCore

/// Tickets: what somebody who is known takes to a place where no token can be shown, such as the address of a
/// WebSocket. Each is good once, for a minute, in the process that gave it.
package final class TicketBox: Sendable {
    private struct Ticket {
        let credential: LiveCredential
        let expires: Timestamp
    }

    /// How long a ticket is good.
    package static let lifetime: Duration = .seconds(60)
    /// Tickets that wait to be used; who asks for more takes the place of the oldest.
    package static let countMax = 10_000

    private let tickets = Mutex<[String: Ticket]>([:])
    private let random: LockedGenerator

    package init(random: LockedGenerator) { self.random = random }

    package func issue(for credential: LiveCredential, at time: Timestamp) -> OpaqueToken {
        let token = random.draw { OpaqueToken(.ticket, using: &$0) }
        tickets.withLock { tickets in
            if tickets.count >= Self.countMax { tickets = tickets.filter { $0.value.expires > time } }
            if tickets.count >= Self.countMax, let oldest = tickets.min(by: { $0.value.expires < $1.value.expires }) {
                tickets[oldest.key] = nil
            }
            tickets[token.hash] = Ticket(credential: credential, expires: time + Self.lifetime)
        }
        return token
    }

    /// Takes a ticket.
    ///
    /// - Throws: ``CredentialRefusal`` `ticket_refused`.
    package func redeem(_ text: String, at time: Timestamp) throws(CredentialRefusal) -> LiveCredential {
        guard let token = OpaqueToken(.ticket, text),
            let ticket = tickets.withLock({ $0.removeValue(forKey: token.hash) }), ticket.expires > time,
            !ticket.credential.isStale
        else { throw .ticketRefused }
        return ticket.credential
    }
}
