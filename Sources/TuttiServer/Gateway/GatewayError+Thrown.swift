import TuttiCore
import TuttiGateway
import TuttiModels

extension GatewayError {
    /// What anything that was thrown on the way to an answer means to the client.
    init(thrown error: any Error) {
        switch error {
        case let error as GatewayError: self = error
        case let error as ModelError: self.init(error)
        default: self.init(Problem(error))
        }
    }

    /// What an answer of the API means in words of a gateway.
    init(_ problem: Problem) {
        let kind: Kind =
            switch (problem.status, problem.code) {
            case (429, "quota_exceeded"): .quotaExhausted
            case (401, _): .unauthenticated
            case (403, _), (421, _): .forbidden
            case (404, _), (405, _): .notFound
            case (413, _): .tooLarge
            case (408, _), (504, _): .timedOut
            case (429, _): .rateLimited
            case (503, _): .overloaded
            case (500..., _): .internal
            default: .invalidRequest
            }
        self.init(kind, problem.detail, field: problem.errors.first?.field, code: problem.code)
    }
}
