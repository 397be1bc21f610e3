/// Who has done something, as it was known at that time; names may change later, entries do not.
package struct AuditActor: Sendable, Hashable {
    /// What somebody has shown to be who it is.
    package struct Credential: Sendable, Hashable {
        /// `nobody`, `machine`, `session`, `key`, `foreign` or `program`; another word in an entry of a newer release.
        package var kind: String
        /// Which one it is, such as `ses_…` or `key_…`; of a foreign token its issuer. Never what is kept secret.
        package var id: String?

        package init(kind: String, id: String? = nil) {
            self.kind = kind
            self.id = id
        }

        /// Nothing: the person has still to log in.
        package static let nobody = Credential(kind: "nobody")
        /// Being on the machine.
        package static let machine = Credential(kind: "machine")
        /// None is needed: the program does it of its own accord.
        package static let program = Credential(kind: "program")

        package static func session(_ id: SessionID) -> Credential { Credential(kind: "session", id: id.text) }
        package static func key(_ id: APIKeyID) -> Credential { Credential(kind: "key", id: id.text) }
        package static func foreign(issuer: String) -> Credential { Credential(kind: "foreign", id: issuer) }
    }

    /// What its work is kept under; `nil` for who has no account.
    package var id: String?
    /// What people call it; of a login in vain the name that was typed.
    package var name: String
    package var credential: Credential
    /// The address of the network that the request came from.
    package var address: String?

    package init(id: String?, name: String, credential: Credential, address: String? = nil) {
        self.id = id
        self.name = name
        self.credential = credential
        self.address = address
    }

    /// Who asks for something, and from where.
    package init(_ principal: Principal, address: String? = nil) {
        let credential: Credential =
            switch principal.credential {
            case .machine: .machine
            case .session(let id): .session(id)
            case .key(let id): .key(id)
            case .foreign(let issuer): .foreign(issuer: issuer)
            }
        self.init(id: principal.id, name: principal.name, credential: credential, address: address)
    }

    /// Somebody who has not logged in.
    ///
    /// - Parameter name: what was typed where a name belongs.
    package static func nobody(_ name: String, address: String?) -> AuditActor {
        AuditActor(id: nil, name: name, credential: .nobody, address: address)
    }

    /// The program itself, such as a server that removes what has expired.
    package static let program = AuditActor(id: nil, name: "tutti", credential: .program)
}
