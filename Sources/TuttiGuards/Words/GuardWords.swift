/// What a guard can look for by itself; the texts are those of files.
package enum GuardKind: String, Sendable, Hashable, CaseIterable {
    case email, phone
    case creditCard = "credit_card"
    case iban
    case ipAddress = "ip_address"
    case usSSN = "us_ssn"
    case apiKey = "api_key"
    case privateKey = "private_key"
    case jwt
    case awsKey = "aws_key"
    case gitHubToken = "github_token"
    case passwordURL = "password_url"
}

/// What is done about something that was found.
package enum GuardAction: String, Sendable, Hashable, CaseIterable {
    /// It is said.
    case report
    /// A word in brackets takes its place.
    case redact
    /// The call ends.
    case refuse

    /// What has been done, as answers and the ledger say it.
    package var done: String {
        switch self {
        case .report: "reported"
        case .redact: "redacted"
        case .refuse: "refused"
        }
    }
}

/// Where a guard looks.
package enum GuardPlace: String, Sendable, Hashable, CaseIterable {
    case request, answer
}
