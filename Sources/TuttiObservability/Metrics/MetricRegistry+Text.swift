extension MetricRegistry {
    /// The answer to a scrape: its `Content-Type` and its text, in the form that the field `Accept` asks for.
    package func scrape(accept: String?) -> (contentType: String, text: String) {
        let format = ExpositionFormat.chosen(byAccept: accept)
        return (format.contentType, PrometheusText.write(read(), as: format))
    }
}
