import TuttiCore
import TuttiModels

/// Whether a deployment can take a request at all, whatever it is doing now.
struct RouteFitness {
    let constraints: RouteConstraints
    let facts: RouteFacts

    /// Why it cannot, or `nil`.
    func reason(against deployment: Deployment, price: ModelPrice?) -> RouteDropReason? {
        let limits = deployment.limits
        if !isAllowed(deployment.region) { return .region }
        if facts.needsTools, !limits.tools { return .tools }
        if facts.needsVision, !limits.vision { return .vision }
        if facts.needsSchema, !limits.jsonSchema { return .jsonSchema }
        if let most = limits.contextTokens, !fits(most) { return .contextTooLong }
        if let most = limits.outputTokens, facts.outputTokensMax > most { return .outputTooLong }
        if let least = constraints.contextMin, limits.contextTokens.map({ $0 < least }) ?? true {
            return .contextTooSmall
        }
        guard let most = constraints.priceMax else { return nil }
        guard let price else { return .priceUnknown }
        return max(price.inputMax, price.output) > most ? .priceTooHigh : nil
    }

    /// A promise about regions is not kept by guessing: a deployment that names none fits only where none is asked for.
    private func isAllowed(_ region: String?) -> Bool {
        if let wished = facts.region, region != wished { return false }
        guard let allowed = constraints.regions else { return true }
        return region.map(allowed.contains) ?? false
    }

    private func fits(_ most: Int64) -> Bool {
        let (sum, overflow) = facts.inputTokens.addingReportingOverflow(facts.outputTokensMax)
        return !overflow && sum <= most
    }
}
