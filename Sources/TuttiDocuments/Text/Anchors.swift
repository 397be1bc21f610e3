/// The anchors that hosts make of headings: lower case, blanks to hyphens, punctuation left out.
enum Anchors {
    static func slug(_ title: String) -> String {
        var slug = ""
        for scalar in title.lowercased().unicodeScalars {
            if scalar == " " || scalar == "-" {
                slug.append("-")
            } else if scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                slug.unicodeScalars.append(scalar)
            }
        }
        return slug
    }

    /// A slug that stands a second time gets `-1`, a third time `-2`.
    static func unique(_ slug: String, _ seen: inout [String: Int]) -> String {
        let count = seen[slug, default: 0]
        seen[slug] = count + 1
        return count == 0 ? slug : "\(slug)-\(count)"
    }

    /// `Title {#anchor}`: the anchor an author gave, and the title without it.
    static func explicit(in title: String) -> (anchor: String, title: String)? {
        guard title.hasSuffix("}"), let open = title.lastIndex(of: "{") else { return nil }
        let inner = title[title.index(after: open)...].dropLast()
        guard inner.hasPrefix("#") else { return nil }
        var rest = title[..<open]
        while rest.last == " " { rest.removeLast() }
        return (String(inner.dropFirst()), String(rest))
    }
}
