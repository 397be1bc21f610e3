import TuttiCore

extension OTLPSettings {
    /// What the environment asks for.
    ///
    /// - Returns: `nil` when it names no endpoint, or switches traces off by `OTEL_SDK_DISABLED=true` or
    ///   `OTEL_TRACES_EXPORTER=none`.
    /// - Throws: ``OTLPSettingsError`` when a variable has a value that makes no sense.
    package static func read(_ environment: [String: String]) throws(OTLPSettingsError) -> OTLPSettings? {
        let values = environment.filter { !$0.value.isEmpty }  // empty is not set, says the specification
        guard values["OTEL_SDK_DISABLED"]?.lowercased() != "true", values["OTEL_TRACES_EXPORTER"] != "none",
            let endpoint = try endpoint(values)
        else { return nil }
        try checkProtocol(values)
        var settings = OTLPSettings(endpoint: endpoint)
        settings.headers = try headers(values)
        settings.resource = try resource(values)
        settings.sampler = try sampler(values)
        try readTimes(values, into: &settings)
        try readQueue(values, into: &settings)
        return settings
    }

    private static func endpoint(_ values: [String: String]) throws(OTLPSettingsError) -> String? {
        let variables = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"]
        guard let variable = variables.first(where: { values[$0] != nil }), let value = values[variable] else {
            return nil
        }
        let rest = ["http://", "https://"].first { value.lowercased().hasPrefix($0) }.map { value.dropFirst($0.count) }
        guard let rest, let first = rest.utf8.first, first != UInt8(ascii: "/"),
            value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw OTLPSettingsError(variable: variable, rule: "is no address such as http://localhost:4318")
        }
        if variable == variables[0] { return value }
        return value + (value.hasSuffix("/") ? "" : "/") + "v1/traces"
    }

    /// Receivers take JSON and Protobuf at the same address, so the other HTTP protocol is not refused.
    private static func checkProtocol(_ values: [String: String]) throws(OTLPSettingsError) {
        for variable in ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] {
            guard let value = values[variable] else { continue }
            guard value == "http/json" || value == "http/protobuf" else {
                throw OTLPSettingsError(
                    variable: variable, rule: "names a protocol that is not spoken here; http/json is")
            }
            return
        }
    }

    private static func headers(_ values: [String: String]) throws(OTLPSettingsError) -> [OTLPHeader] {
        let variables = ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"]
        guard let variable = variables.first(where: { values[$0] != nil }), let value = values[variable] else {
            return []
        }
        var headers: [OTLPHeader] = []
        for (name, text) in try pairs(value, variable) {
            let isName = name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
            guard isName, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw OTLPSettingsError(variable: variable, rule: "has a field that HTTP does not allow")
            }
            headers.append(OTLPHeader(name, text))
        }
        return headers
    }

    private static func resource(_ values: [String: String]) throws(OTLPSettingsError) -> SpanAttributes {
        let variable = "OTEL_RESOURCE_ATTRIBUTES"
        let pairs = try pairs(values[variable] ?? "", variable)
        let named = pairs.last { $0.name == "service.name" }?.value
        var resource: SpanAttributes = ["service.name": .string(values["OTEL_SERVICE_NAME"] ?? named ?? "tutti")]
        for (name, value) in pairs where name != "service.name" { resource[name] = .string(value) }
        return resource
    }

    private static func sampler(_ values: [String: String]) throws(OTLPSettingsError) -> Sampler {
        switch values["OTEL_TRACES_SAMPLER"] {
        case nil, "parentbased_always_on": return .parentBased(.always)
        case "parentbased_always_off": return .parentBased(.never)
        case "parentbased_traceidratio": return .parentBased(.ratio(try ratio(values)))
        case "always_on": return .always
        case "always_off": return .never
        case "traceidratio": return .ratio(try ratio(values))
        default:
            throw OTLPSettingsError(
                variable: "OTEL_TRACES_SAMPLER",
                rule: "is none of always_on, always_off, traceidratio, and these with parentbased_ before them")
        }
    }

    private static func ratio(_ values: [String: String]) throws(OTLPSettingsError) -> Double {
        let variable = "OTEL_TRACES_SAMPLER_ARG"
        guard let value = values[variable] else { return 1 }
        guard let ratio = Double(value), (0...1).contains(ratio) else {
            throw OTLPSettingsError(variable: variable, rule: "is no number from 0 to 1")
        }
        return ratio
    }

    private static func readTimes(
        _ values: [String: String], into settings: inout OTLPSettings
    ) throws(OTLPSettingsError) {
        for variable in ["OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"] {
            if let value = try number(variable, values) { settings.requestTimeout = .milliseconds(value) }
        }
        if let value = try number("OTEL_BSP_EXPORT_TIMEOUT", values) { settings.exportTimeout = .milliseconds(value) }
    }

    private static func readQueue(
        _ values: [String: String], into settings: inout OTLPSettings
    ) throws(OTLPSettingsError) {
        if let value = try number("OTEL_BSP_SCHEDULE_DELAY", values) { settings.queue.delay = .milliseconds(value) }
        if let value = try number("OTEL_BSP_MAX_QUEUE_SIZE", values) { settings.queue.spansMax = value }
        if let value = try number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", values) { settings.queue.batchSpansMax = value }
        settings.queue.batchSpansMax = min(settings.queue.batchSpansMax, settings.queue.spansMax)
    }

    private static func number(
        _ variable: String, _ values: [String: String]
    ) throws(OTLPSettingsError) -> Int? {
        guard let value = values[variable] else { return nil }
        guard let number = Int(value), (1...1_000_000).contains(number) else {
            throw OTLPSettingsError(variable: variable, rule: "is no whole number from 1 to 1000000")
        }
        return number
    }

    /// `k=v,k2=v2`, percent-encoded.
    private static func pairs(
        _ text: String, _ variable: String
    ) throws(OTLPSettingsError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for part in text.split(separator: ",") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
            guard halves.count == 2, !halves[0].isEmpty, let name = PercentText.decode(halves[0]),
                let value = PercentText.decode(halves[1])
            else { throw OTLPSettingsError(variable: variable, rule: "is no list such as name=value,name2=value2") }
            pairs.append((name, value))
        }
        return pairs
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " }
        return start[..<(start.lastIndex { $0 != " " }.map { start.index(after: $0) } ?? start.endIndex)]
    }
}
