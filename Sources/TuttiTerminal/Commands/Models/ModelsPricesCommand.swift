import TuttiConfiguration
import TuttiCore
import TuttiModels
import TuttiProviders
import TuttiReadings

/// `tutti models prices FILE`
package enum ModelsPricesCommand: CommandHandler {
    package static let command = ModelsCommands.prices

    /// Names of new models that are shown; the rest is counted.
    private static let namesMax = 12

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        guard
            let base = arguments[ModelsFlags.base] ?? configuration.value(of: ConfigurationKeys.modelsPrices)
        else {
            throw InputError(
                "there is no list of prices to compare with: set models.prices, or name one with --base FILE")
        }
        let file = arguments[ModelsWords.prices]
        let comparison = PriceComparison(try read(base), try read(file))
        if arguments[Flags.json] {
            try context.show(json: json(comparison, base, file))
        } else {
            try show(comparison, arguments, context)
        }
        return comparison.changes.isEmpty ? .reached : .failed
    }

    private static func read(_ path: String) throws(InputError) -> PriceTable {
        do throws(PriceTableError) {
            return try PriceTable.read(path: path)
        } catch {
            throw InputError(error.message)
        }
    }

    private static func show(
        _ comparison: PriceComparison, _ arguments: Arguments, _ context: CommandContext
    ) throws {
        let listed = comparison.changes.filter { $0.kind != .new }
        if !listed.isEmpty {
            var table = TextTable([
                .init("MODEL", isFlexible: true), .init("WHAT"), .init("INPUT"), .init("CACHE READ"),
                .init("CACHE WRITE"), .init("OUTPUT"), .init("FROM"),
            ])
            for change in listed { table.add(row(change)) }
            try context.show(table, arguments)
        }
        let new = comparison.changes.filter { $0.kind == .new }.map(\.model)
        if !new.isEmpty {
            let rest = new.count > namesMax ? ", and \(new.count - namesMax) more (--json has all)" : ""
            let names = new.prefix(namesMax).joined(separator: ", ")
            try context.show([StyledLine("new: \(names)\(rest)")], arguments)
        }
        let counts = PriceComparison.Kind.allCases.map { "\(comparison.count($0)) \($0.rawValue)" }
        try context.hint(
            [
                comparison.changes.isEmpty
                    ? StyledLine("The prices are the same.", .good)
                    : StyledLine(counts.joined(separator: ", ") + "; dollars for a million tokens", .muted)
            ], arguments)
    }

    private static func row(_ change: PriceComparison.Change) -> [StyledLine] {
        let role: Role =
            switch change.kind {
            case .dearer: .bad
            case .cheaper: .good
            default: .plain
            }
        let amounts = zip(amounts(change.before), amounts(change.after)).map { old, new in
            StyledLine(cell(old, new, isGone: change.after == nil), old == new ? .muted : role)
        }
        let day = (change.after ?? change.before).map { String($0.from.description.prefix(10)) } ?? ""
        return [StyledLine(change.model), StyledLine(change.kind.rawValue, role)] + amounts + [StyledLine(day, .muted)]
    }

    private static func amounts(_ price: ModelPrice?) -> [USD?] {
        price.map { PriceComparison.amounts($0).map(\.amount) } ?? [nil, nil, nil, nil]
    }

    /// `$0.25 → $0.30 (+20 %)`
    private static func cell(_ old: USD?, _ new: USD?, isGone: Bool) -> String {
        if isGone || old == new { return old?.description ?? "" }
        let share = share(old, new).map { " (\($0 > 0 ? "+" : "")\($0) %)" } ?? ""
        return "\(old?.description ?? "unknown") → \(new?.description ?? "unknown")\(share)"
    }

    /// By how many hundredths an amount has grown.
    private static func share(_ old: USD?, _ new: USD?) -> Int64? {
        guard let old, let new, old.microdollars > 0 else { return nil }
        let part = Double(new.microdollars - old.microdollars) / Double(old.microdollars) * 100
        return Int64(part.rounded())
    }

    private static func json(_ comparison: PriceComparison, _ base: String, _ file: String) -> JSONValue {
        let counts = PriceComparison.Kind.allCases.map { ($0.rawValue, JSONValue.int(Int64(comparison.count($0)))) }
        return [
            "base": .string(base), "file": .string(file), "same": .bool(comparison.changes.isEmpty),
            "counts": .object(Dictionary(uniqueKeysWithValues: counts)),
            "changes": .array(
                comparison.changes.map { change in
                    [
                        "model": .string(change.model), "kind": .string(change.kind.rawValue),
                        "before": json(change.before), "after": json(change.after),
                    ]
                }),
        ]
    }

    private static func json(_ price: ModelPrice?) -> JSONValue {
        guard let price else { return .null }
        var members: [String: JSONValue] = [
            "model": .string(price.model), "from": .string(String(price.from.description.prefix(10))),
        ]
        for (name, amount) in PriceComparison.amounts(price) {
            members[name + "_microdollars"] = amount.map { .int($0.microdollars) } ?? .null
        }
        return .object(members)
    }
}
