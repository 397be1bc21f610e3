public import FoundationEssentials
public import TuttiCore

/// A list of prices cannot be read.
public struct PriceTableError: CodedError, Hashable, CustomStringConvertible {
    /// What is wrong, where, and the way out.
    public var message: String
    /// `bad_prices`
    public var code: String { "bad_prices" }
    /// Never: the list has to change.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }

    package init(message: String) { self.message = message }
}

extension PriceTable {
    /// Bytes of a list of prices.
    public static let bytesMax = 16 << 20
    /// Prices of a list.
    public static let pricesMax = 100_000

    /// Reads a list of prices as people write it, in dollars for a million tokens:
    ///
    /// ```json
    /// [{"model": "vendor/small-*", "from": "2026-10-01", "input": "0.25", "cache_read": "0.025", "output": "2"}]
    /// ```
    ///
    /// `cache_read` and `cache_write` may be missing; tokens of a cache then have no known price. Amounts are texts,
    /// so that no digit is lost.
    ///
    /// - Throws: ``PriceTableError`` that names the place, the rule and the way out.
    public static func read(_ bytes: Data) throws(PriceTableError) -> PriceTable {
        let list = try items(bytes, "the list of prices", of: { $0 })
        var prices: [ModelPrice] = []
        for (index, item) in list.enumerated() {
            if let violation = schema.validate(item).first {
                throw PriceTableError(message: "price \(index + 1) of the list: \(violation.message)")
            }
            prices.append(try price(item, "price \(index + 1) of the list"))
        }
        return PriceTable(prices)
    }

    /// Reads OpenRouter's list of models (`GET /models`), whose prices are in dollars for one token.
    ///
    /// Models without prices are left out, and so are those whose price is not one, such as that of a router.
    ///
    /// - Throws: ``PriceTableError`` when it is no such list.
    public static func readOpenRouterModels(_ bytes: Data, from: Timestamp) throws(PriceTableError) -> PriceTable {
        let list = try items(bytes, "OpenRouter's list of models") { $0["data"] ?? .null }
        let prices = list.compactMap { item -> ModelPrice? in
            guard let name = item["id"]?.stringValue, let pricing = item["pricing"],
                let input = perMillion(pricing["prompt"]), let output = perMillion(pricing["completion"])
            else { return nil }
            return ModelPrice(
                model: name, from: from, uncachedInput: input, cacheRead: perMillion(pricing["input_cache_read"]),
                cacheWrite: perMillion(pricing["input_cache_write"]), output: output)
        }
        return PriceTable(prices)
    }

    private static func items(
        _ bytes: Data, _ what: String, of part: (JSONValue) -> JSONValue
    ) throws(PriceTableError) -> [JSONValue] {
        guard bytes.count <= bytesMax else {
            throw PriceTableError(message: "\(what) has more than \(bytesMax) bytes; make it smaller")
        }
        guard let value = try? WireJSON.read(bytes), case .array(let items) = part(value) else {
            throw PriceTableError(message: "\(what) is no JSON list; see docs/models.md for its form")
        }
        guard items.count <= pricesMax else {
            throw PriceTableError(message: "\(what) has more than \(pricesMax) entries; make it smaller")
        }
        return items
    }

    private static let schema = JSONSchema.object(
        [
            .required("model", .string()), .required("from", .string()), .required("input", .string()),
            .optional("cache_read", .string()), .optional("cache_write", .string()), .required("output", .string()),
        ], others: .refused)

    private static func price(_ item: JSONValue, _ place: String) throws(PriceTableError) -> ModelPrice {
        guard let model = item["model"]?.stringValue, !model.isEmpty else {
            throw PriceTableError(message: "\(place): '/model' is empty; it takes a name, in which '*' is anything")
        }
        let day = item["from"]?.stringValue ?? ""
        guard let from = Timestamp("\(day)T00:00:00.000Z") else {
            throw PriceTableError(message: "\(place): '/from' is no day; it takes one such as 2026-10-01")
        }
        func amount(_ field: String) throws(PriceTableError) -> USD? {
            guard let text = item[field]?.stringValue else { return nil }
            guard let amount = USD(text) else {
                throw PriceTableError(
                    message: "\(place): '/\(field)' is no amount; it takes dollars for a million tokens such as 0.25")
            }
            return amount
        }
        return ModelPrice(
            model: model, from: from, uncachedInput: try amount("input") ?? .max, cacheRead: try amount("cache_read"),
            cacheWrite: try amount("cache_write"), output: try amount("output") ?? .max)
    }

    /// Dollars for one token as dollars for a million; what is below a millionth counts as one.
    private static func perMillion(_ value: JSONValue?) -> USD? {
        guard let text = value?.stringValue, text.utf8.count <= 40, ASCIIWord.isNumber(text) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int64(parts[0]), whole <= 1000 else { return nil }
        let digits = parts.count == 2 ? parts[1] : ""
        // A dollar for a token is 10^12 millionths for a million tokens: twelve digits count.
        let counted = digits.prefix(12)
        let padded = counted + String(repeating: "0", count: 12 - counted.count)
        guard let fraction = Int64(padded) else { return nil }
        let isCut = digits.dropFirst(12).contains { $0 != "0" }
        return USD(microdollars: whole * 1_000_000_000_000 + fraction + (isCut ? 1 : 0))
    }
}
