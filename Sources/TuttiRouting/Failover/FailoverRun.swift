import TuttiCore
import TuttiModels

/// What is known of a call while its plan is carried out.
struct FailoverRun<Output> {
    let plan: RoutePlan
    var course: FailoverCourse
    /// When the caller's time is up.
    let until: Duration?
    /// When the wait for a slot is over, once it has begun.
    var queueUntil: Duration?
    /// How often it has waited for a time.
    var sleeps = 0
    var lastError: ModelError?
    /// What stood in the way of those that were not asked in this round.
    var obstacles: [String: RouteObstacle] = [:]
    private(set) var outcome: RouteOutcome
    /// Says why an answer is not to be taken while another deployment can be asked.
    let check: (Output) -> ModelError?
    /// The latest answer that was not taken: better than none.
    private(set) var spare: Output?

    init(_ plan: RoutePlan, until: Duration?, check: @escaping (Output) -> ModelError?) {
        self.plan = plan
        self.check = check
        self.until = until
        course = FailoverCourse(plan)
        outcome = RouteOutcome(route: plan.route.alias)
    }

    /// Why the call fails when nothing more can be asked.
    var error: any Error {
        if let lastError { return lastError }
        let told = plan.candidates.compactMap { candidate in
            obstacles[candidate.name].map { (name: candidate.name, obstacle: $0) }
        }
        return RouteError(route: plan.route.alias, told)
    }

    mutating func startOver() {
        course.startOver()
        obstacles = [:]
    }

    mutating func keep(_ output: Output) { spare = output }

    /// The answer that was not taken is given all the same.
    mutating func takeSpare() -> Output? {
        guard let spare else { return nil }
        outcome.isSuccess = true
        return spare
    }

    mutating func note(_ attempt: RouteAttempt, _ report: CallReport, word: String?, took: Duration) {
        outcome.attempts.append(
            RouteOutcome.Attempt(
                deployment: attempt.deployment.name, model: attempt.deployment.model, key: attempt.key, error: word,
                durationMilliseconds: took.milliseconds, firstTokenMilliseconds: report.firstToken?.milliseconds,
                usage: report.usage, cost: report.cost))
        if report.ending == .success { outcome.isSuccess = true }
    }
}
