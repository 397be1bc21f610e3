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
        case let error as StepError:
            self.init(422, error.code, error.message)
        default:
            self.init(
                500, "internal", "something went wrong here; the server's log says more under this request's id")
        }
    }

    private init(_ error: RunError) {
        let status: Int =
            switch error.reason {
            case .notFound, .unknownWorkflow, .approvalUnknown, .keyUnknown: 404
            case .badInput, .badBudget, .notEditable, .cursorUnknown: 422
            case .tooLarge: 413
            case .closed: 503
            case .inboxFull: 429
            default: 409
            }
        self.init(status, error.code, error.message)
        if status == 503 || status == 429 { headers.set("Retry-After", to: "1") }
    }

    private init(_ error: StoreError) {
        self.init(
            503, "store_\(error.code)",
            "the journal cannot be used at the moment (\(error.code)); nothing has changed that was not answered")
        headers.set("Retry-After", to: "2")
    }
}
