/// What calls of models count. Names of models are those of the configuration; what is beyond the limit is `other`.
package enum ModelMetric {
    private static let labels = ["provider", "model"]

    package static let tokens = MetricDescription.counter(
        "gen_ai_client_token_usage_total",
        "Tokens of calls of models, by provider, model and type: input (cached ones among them) or output.",
        labels: labels + ["type"], open: ["model"])
    package static let duration = MetricDescription.histogram(
        "gen_ai_client_operation_duration_seconds", "Time of a call of a model to the end of its answer.",
        unit: .seconds, buckets: Buckets.modelSeconds, labels: labels, open: ["model"])
    package static let firstChunk = MetricDescription.histogram(
        "gen_ai_client_operation_time_to_first_chunk_seconds", "Time of a call of a model to its first content.",
        unit: .seconds, buckets: Buckets.modelSeconds, labels: labels, open: ["model"])
    package static let calls = MetricDescription.counter(
        "tutti_model_calls_total", "Calls of models that ended, by provider, model and outcome: ok or an error code.",
        labels: labels + ["outcome"], open: ["model"], combinationsMax: 512)
    package static let cost = MetricDescription.counter(
        "tutti_model_cost_dollars_total", "What calls of models have cost, by provider and model.", unit: .dollars,
        labels: labels, open: ["model"])

    package static let cache = MetricDescription.counter(
        "tutti_gateway_cache_total",
        "Calls of the gateway for which the cache of answers was asked, by what it had: hit, similar or miss.",
        labels: ["use"])

    package static let all = [tokens, duration, firstChunk, calls, cost, cache]
}
