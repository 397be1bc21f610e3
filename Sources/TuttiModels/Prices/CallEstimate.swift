public import TuttiCore

/// What a call is going to take, told before it starts, so that a budget can be kept.
///
/// It is a guess: no tokenizer is at hand, so every ``bytesPerToken`` bytes of text are taken for a token.
public struct CallEstimate: Sendable, Hashable {
    /// Tokens sent.
    public var inputTokens: Int64
    /// Tokens received, at the most that the request allows.
    public var outputTokensMax: Int64
    /// What a million tokens cost at the most; `nil` when nobody knows.
    public var usdPerMillionTokens: USD?
    /// What the whole call costs at the most; `nil` when nobody knows.
    public var costMax: USD?
    private let price: ModelPrice?

    /// Bytes of text that are taken for one token.
    public static let bytesPerToken: Int64 = 3
    /// Tokens that are taken for what stands around a turn, a part or a tool.
    public static let tokensPerPart: Int64 = 8
    /// Tokens that are taken for a picture.
    public static let tokensPerImage: Int64 = 2000
    /// Tokens of an answer whose request has no limit.
    public static let outputTokensDefault = 4096

    /// The estimate of a request.
    public init(_ request: ModelRequest, price: ModelPrice?) {
        self.init(
            input: CallEstimate.tokens(of: request),
            output: Int64(max(1, request.outputTokensMax ?? CallEstimate.outputTokensDefault)), price)
    }

    /// The estimate of a request for vectors, which are no tokens and cost nothing beyond what is sent.
    public init(_ request: EmbeddingRequest, price: ModelPrice?) {
        let tokens: Int64 =
            switch request.inputs {
            case .texts(let texts):
                texts.reduce(0) { $0 + Int64($1.utf8.count) / CallEstimate.bytesPerToken + CallEstimate.tokensPerPart }
            case .tokens(let tokens): tokens.reduce(0) { $0 + Int64($1.count) }
            }
        self.init(input: tokens, output: 0, price)
    }

    private init(input: Int64, output: Int64, _ price: ModelPrice?) {
        self.price = price
        inputTokens = input
        outputTokensMax = output
        usdPerMillionTokens = price.map { max($0.inputMax, $0.output) }
        costMax = price.map { CallEstimate.cost(input, output, $0) }
    }

    /// All tokens, sent and received, at the most.
    public var tokens: Int64 { Int64(clamping: Int128(inputTokens) + Int128(outputTokensMax)) }

    /// The longest answer that an allowance still pays, by which the request has to be capped.
    ///
    /// - Parameters:
    ///   - tokens: what may be spent in tokens, sent and received; `nil` for no limit.
    ///   - usd: what may be spent in money; `nil` for no limit.
    /// - Returns: `nil` when not even one token can be paid, or when money is limited and no price is known.
    public func outputTokens(within tokens: Int64?, usd: USD?) -> Int? {
        var most = outputTokensMax
        if let tokens { most = min(most, Int64(clamping: Int128(tokens) - Int128(inputTokens))) }
        if let usd {
            guard let price else { return nil }
            let input = Int128(inputTokens) * Int128(max(0, price.inputMax.microdollars))
            let rest = Int128(usd.microdollars) * 1_000_000 - input
            guard rest >= 0 else { return nil }
            let each = Int128(max(0, price.output.microdollars))
            if each > 0 { most = min(most, Int64(clamping: rest / each)) }
        }
        return most >= 1 ? Int(clamping: most) : nil
    }

    private static func cost(_ input: Int64, _ output: Int64, _ price: ModelPrice) -> USD {
        var dear = price
        dear.uncachedInput = price.inputMax
        return dear.cost(of: ModelUsage(uncachedInput: input, output: output)) ?? .max
    }

    /// The tokens that a request is taken for.
    package static func tokens(of request: ModelRequest) -> Int64 {
        var (bytes, parts, images): (Int64, Int64, Int64) = (0, 1, 0)
        func add(_ text: String?) { bytes += Int64(text?.utf8.count ?? 0) }
        add(request.system)
        for tool in request.tools {
            parts += 1
            add(tool.name)
            add(tool.description)
            bytes += size(tool.parameters)
        }
        if let output = request.output { bytes += size(output.schema) }
        for message in request.messages {
            for content in message.content {
                parts += 1
                switch content {
                case .text(let text): add(text)
                case .image: images += 1
                case .reasoning(let reasoning):
                    add(reasoning.text)
                    bytes += reasoning.seal.map { size($0.value) } ?? 0
                case .toolCall(let call):
                    add(call.name)
                    add(call.arguments)
                case .toolResult(let result):
                    add(result.text)
                    images += Int64(result.images.count)
                }
            }
        }
        return bytes / bytesPerToken + 1 + parts * tokensPerPart + images * tokensPerImage
    }

    private static func size(_ value: JSONValue) -> Int64 { Int64((try? CanonicalJSON.encode(value).count) ?? 0) }
}

extension ModelUsage {
    /// What a call is taken for whose provider has told nothing.
    public static func estimated(_ request: ModelRequest, answer: [ModelContent]) -> ModelUsage {
        let asked = CallEstimate.tokens(of: request)
        let answered = ModelRequest(
            model: request.model, messages: [ModelMessage(role: .assistant, content: answer)])
        let output = answer.isEmpty ? 0 : CallEstimate.tokens(of: answered)
        return ModelUsage(uncachedInput: asked, output: output, isEstimated: true)
    }
}
