/// Spellings of one word that should not stand in one document. Only whole words that mean the same in every
/// sentence: "login" and "log in" are not among them, since one is a noun and the other a verb.
enum Spellings {
    private static let groups: [[String]] = [
        ["email", "e-mail"], ["website", "web-site"], ["backend", "back-end"], ["frontend", "front-end"],
        ["username", "user-name"], ["filename", "file-name"], ["microservice", "micro-service"],
        ["online", "on-line"], ["offline", "off-line"], ["timestamp", "time-stamp"], ["dataset", "data-set"],
        ["database", "data-base"], ["plugin", "plug-in"], ["cooperate", "co-operate"],
        ["allowlist", "allow-list", "whitelist"],
        ["denylist", "deny-list", "blocklist", "blacklist"], ["metadata", "meta-data"], ["webhook", "web-hook"],
        ["colour", "color"], ["behaviour", "behavior"], ["favourite", "favorite"], ["organisation", "organization"],
        ["authorisation", "authorization"], ["optimise", "optimize"], ["initialise", "initialize"],
        ["serialise", "serialize"], ["normalise", "normalize"], ["synchronise", "synchronize"],
        ["customise", "customize"], ["analyse", "analyze"], ["catalogue", "catalog"], ["centre", "center"],
        ["cancelled", "canceled"], ["labelled", "labeled"], ["modelling", "modeling"], ["licence", "license"],
        ["recognise", "recognize"], ["summarise", "summarize"], ["anonymise", "anonymize"],
        ["prioritise", "prioritize"],
        ["rate-limiter", "ratelimiter"], ["multi-tenant", "multitenant"], ["real-time", "realtime"],
        ["wifi", "wi-fi"], ["checkbox", "check-box"], ["dropdown", "drop-down"], ["popup", "pop-up"],
    ]

    /// The group's first form, by each of its forms and their plurals.
    static let term: [String: String] = {
        var term: [String: String] = [:]
        for group in groups {
            for form in group {
                term[form] = group[0]
                term[form + "s"] = group[0]
            }
        }
        return term
    }()
}
