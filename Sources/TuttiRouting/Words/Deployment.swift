package import TuttiCore
package import TuttiModels

/// One place where a model can be asked: a provider's model, with the keys, limits and price that hold there.
package struct Deployment: Sendable, Hashable {
    /// What routes call it.
    package var name: String
    /// The provider and its name for the model.
    package var model: ModelReference
    /// Where it computes, such as `eu`; `nil` when nobody has said.
    package var region: String?
    /// Its share of calls beside others, where a route goes by weight; 0 for none.
    package var weight: Int
    /// What it takes.
    package var limits: DeploymentLimits
    /// The price that counts here, in place of the one in the list of prices.
    package var price: ModelPrice?
    /// The most calls at a time.
    package var slots: Int
    /// The names of stored secrets that open it, taken in turns; empty where none is needed.
    package var keys: [SecretName]
    /// Words for what it is good at, for routes that score.
    package var skills: [String]

    package init(
        name: String, model: ModelReference, region: String? = nil, weight: Int = 1,
        limits: DeploymentLimits = DeploymentLimits(), price: ModelPrice? = nil,
        slots: Int = RouteLimits.slotsDefault, keys: [SecretName] = [], skills: [String] = []
    ) {
        self.name = name
        self.model = model
        self.region = region
        self.weight = weight
        self.limits = limits
        self.price = price
        self.slots = slots
        self.keys = keys
        self.skills = skills
    }

    /// What a million tokens cost here: its own price, else that of the list; `nil` when nobody knows.
    package func price(in list: PriceTable, at moment: Timestamp) -> ModelPrice? {
        price ?? list.price(of: model.name, from: model.provider, at: moment)
    }
}

/// What a deployment takes. What is not said is taken to fit, so that a short file works.
package struct DeploymentLimits: Sendable, Hashable {
    /// The most tokens of a conversation, its answer included; `nil` when nobody has said.
    package var contextTokens: Int64?
    /// The most tokens of an answer; `nil` when nobody has said.
    package var outputTokens: Int64?
    /// Whether it takes tools.
    package var tools: Bool
    /// Whether it takes pictures.
    package var vision: Bool
    /// Whether it holds an answer to a JSON schema.
    package var jsonSchema: Bool

    package init(
        contextTokens: Int64? = nil, outputTokens: Int64? = nil, tools: Bool = true, vision: Bool = true,
        jsonSchema: Bool = true
    ) {
        self.contextTokens = contextTokens
        self.outputTokens = outputTokens
        self.tools = tools
        self.vision = vision
        self.jsonSchema = jsonSchema
    }
}
