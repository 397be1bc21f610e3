import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiStore

extension Problem {
    /// What an error of the rooms below means for who has asked. What is nobody's business outside becomes a plain 500,
    /// and is told in the log only.
    package init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as HTTPServerError:
            self.init(error.status, error.code, error.message, headers: error.headers)
        case let error as RunError: self.init(error)
        case let error as StoreError: self.init(error)
        case let error as ServerStoreError:
            self =
                error.kind == .full
                ? .conflict("limit_reached", error.message)
                : Problem(
                    503, "store_unusable", "what the server keeps cannot be used at the moment; nothing has changed",
                    headers: ["Retry-After": "2"])
        case let error as AccountError: self.init(error)
        case let error as SecretError: self.init(error)
        case let error as AuditError:
            self =
                error.kind == .invalid
                ? Problem(422, error.code, error.message)
                : Problem(
                    503, error.code, "the audit log cannot be used at the moment", headers: ["Retry-After": "2"])
        case let error as StepError:
            self.init(422, error.code, error.message)
        default:
            self.init(
                500, "internal", "something went wrong here; the server's log says more under this request's id")
        }
    }

    private init(_ error: AccountError) {
        let status: Int =
            switch error.code {
            case "username_exists", "email_exists": 400
            case "login_refused": error.field == nil ? 401 : 422
            case "refresh_refused", "session_ended": 401
            case "registration_closed", "code_required", "code_refused", "not_first": 403
            case "user_not_found": 404
            case "last_owner", "version_changed", "too_many_keys", "too_many_invitations": 409
            case "login_delayed", "busy": 429
            case AccountError.unusableCode: 503
            default: 422
            }
        let detail = error.field.map { Detail(field: $0, rule: error.rule ?? "rule", message: error.message) }
        self.init(
            status, error.code,
            status == 503 ? "accounts cannot be used at the moment; nothing has changed" : error.message,
            errors: detail.map { [$0] } ?? [])
        if status == 503 { headers.set("Retry-After", to: "2") }
        if let wait = error.retryAfter {
            headers.set("Retry-After", to: String(max(1, (wait.milliseconds + 999) / 1000)))
        }
    }

    private init(_ error: SecretError) {
        let status: Int =
            switch error.reason {
            case .badInput: 422
            case .full, .conflict: 409
            case .badKey, .badKeyFile, .cannotBeOpened, .unusable, .refused: 503
            }
        self.init(status, error.code, status == 503 ? "secrets cannot be used at the moment" : error.message)
        if status == 503 { headers.set("Retry-After", to: "2") }
    }

    private init(_ error: RunError) {
        let status: Int =
            switch error.reason {
            case .notFound, .unknownWorkflow, .approvalUnknown, .keyUnknown: 404
            case .badInput, .badBudget, .notEditable, .cursorUnknown: 422
            case .tooLarge: 413
            case .closed: 503
            case .inboxFull, .quotaExceeded: 429
            default: 409
            }
        self.init(status, error.code, error.message)
        if let end = error.quota?.periodEnd {
            headers.set("Retry-After", to: HTTPDate.text(end))  // RFC 9110, 10.2.3: a date, or seconds
        } else if status == 503 || status == 429 {
            headers.set("Retry-After", to: "1")
        }
    }

    private init(_ error: StoreError) {
        self.init(
            503, "store_\(error.code)",
            "the journal cannot be used at the moment (\(error.code)); nothing has changed that was not answered")
        headers.set("Retry-After", to: "2")
    }
}
