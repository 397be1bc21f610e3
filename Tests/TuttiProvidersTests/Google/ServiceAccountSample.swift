import TuttiCore

@testable import TuttiProviders

/// A key of a service account that opens nothing, and what google-auth and cryptography make of it.
enum ServiceAccountSample {
    /// A PKCS#8 key of 2048 bits that was made for these tests.
    private static let body = [
        "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCgaHPVb3iRkEQywB/gjIpJhny/L/0rzVof7vLg2nMGMS+u70j5",
        "Hmnsf295XkqElHGyPzBdFYirGFFDmxbHquW5Mn4mXx9FGIhfN2ZNcDh2zToiB4QoAaRgVrw7X36OtnAhs4Mfedu9G8aVQ8JETCaF",
        "h47NGHJ12O12vEGswfuXBZIwZ/o8UIF+SrOB7TWrXJVveZyOMpepZGkZLdpNPCbXk7gC9pKm65V1ZPVYSVMPnx5FgAbZ+TKyeHgS",
        "Jh8dTdNR7jxUl7dFp7h/eEN6S3Sq4vL6jpYp/gc2p1c5eB/YS93ohsfxIBMTNo/ZXEaucGVtZs6dAZANPgOSGvzi4lA9AgMBAAEC",
        "ggEABBHiYbEl8mHvEqKRRhWkXi0zwqrcosN5D+pa7mpceygjhfq7c6anGI47LW2MON6GhZE/Q7CLx468ZEy6ptVzmRLqfhEklMPR",
        "YfXgrWi1f6SOK9YPYlYR7gFrxGd6qVnm1zp1jzmv4fwJOjkX5FSFfbA5mhz1FBktUGy1j3gntZmVcQlheHCrsA4jpKd0kO951sf8",
        "DKMPNl6okQdtTLYUpt3Zo+zdLq4F+oHhEI/5FvOt/UBpLdtJlH97jC3zmHedg/8OeY63ipWHK2FjHk9I+hlkTSvWDGS/8G7V9oM6",
        "nkRR7MPVw6ydC6XVDk5n6fkAYDG6ryeT5X5aYs2IBu9lQQKBgQDh+2wD0wEsyKX80av2J+Twze1fjMD7k2S8fgzBS0NEAukeMu74",
        "anb1BCFNbTh1LDj6gd9QwPsW7KGATUhydREq1nqhDLJ/wzSiDa5Ef2HUXbkz3xQ1hU1HdeNQ4xx2J2fIhivQ2fl3a9gXNzpfi9o0",
        "t7ElpM/+o3UYDhrJilaTVQKBgQC1tyq/wNvnqF4/Z0t3vXjRLW3/FKvzrt4HbV/MzvQuP0ArTlHyfjmm8zneWeDiu+3YvGwtKGDK",
        "FdtlEazftNwZTN5RmEMlc0I6k7J0xfNnjiNHvBCi/opFJOdAM8+yFRCj19Sx0tvb2DE4/zSXFKaz0gWFXJhPqZudENqB2pMZSQKB",
        "gQDN4uBVV6ABakl4XpsaaNx33FZBMJ7+Vhp4dSsvzF9bjn9PiT4Zy/3XW0zwGutOLd03tq18CGZ7S1oU59Rym1/ptIEDS+sw5euF",
        "HYvBUoESF9XNgZgK7wkqayiQoGpk55/xnPQ8kutrNzEobaPcOzGxyA44asEpkUj0gp07M7OPBQKBgAuWUXiGwL8F4nSijpJlF5Yn",
        "EnOIiupwBSJuHATAUZu9VscsKFeRKvX1XoRKMOfkWedPJIrAn2Njf2jzdpWRP9OxLh//2JBDyD5Z+rAtizbYPnGtkVYDaye7ka9r",
        "XlwZscTw11Q7gN+E6qaax2y22WZwBwAZBnFV/GFImNZc7LJZAoGBAM7KCB9It5L4dadoMk1Y2FN+UwGvBoQ5kVX8XiBGHrdCYJF4",
        "yj9TFT2o81cbVPot38/H4NFp21D07vk/eD+V2LMemormQjOYyn6K4T4fLeCiaQccobLZm4980SwUdomcjX2QQ8grvCdY6p7+cSO/",
        "YhBxdh3GCdQLVlK12mSlFOQR",
    ].joined(separator: "\n")

    static let pem = "-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n"

    /// The assertion at 2026-01-02T03:04:05Z.
    static let assertion = [
        "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtpZC0xIiwidHlwIjoiSldUIn0.eyJhdWQiOiJodHRwczovL29hdXRoMi5nb29nbGVhcGlz",
        "LmNvbS90b2tlbiIsImV4cCI6MTc2NzMyNjY0NSwiaWF0IjoxNzY3MzIzMDQ1LCJpc3MiOiJhQHAtMS5pYW0uZ3NlcnZpY2VhY2Nv",
        "dW50LmNvbSIsInNjb3BlIjoiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Zm9ybSJ9.jnKhsdpigcH",
        "v701lEomevSPY6GjYqZiNFWWMRfwjC5oOdVEfVTcnaPzDAPRF9HJUuTEFQcnWqi_GP4ZZtKGjsLGYJReYVEiimeqmWyc-qJFGWnw",
        "TM3p3PEPUMKThu5O-6aI-InSfBFsCNy4QnsUMk6lPQsBu36jRSyhvS1PtV434fozI7EaZRuC4k2kaAIS-lxpROUytqri9g1fn9GV",
        "Auf0UckkJOXFCWvGV66pZ--D97x7OCLnTQcIprKVGfiPP2UI79udh0fZg2yuUQqVj15_1kCpnwTpmzviSPg5r2bYNDVZfeUdY-CD",
        "L67xDel6lq81m-m2B4AMRsrkspemoug",
    ].joined()

    /// The text that google-auth signs at that moment, whose members have another order, and its signature.
    static let vendorText = [
        "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAia2lkLTEifQ.eyJpYXQiOiAxNzY3MzIzMDQ1LCAiZXhwIjogM",
        "Tc2NzMyNjY0NSwgImlzcyI6ICJhQHAtMS5pYW0uZ3NlcnZpY2VhY2NvdW50LmNvbSIsICJhdWQiOiAiaHR0cHM6Ly9vYXV0aDIuZ",
        "29vZ2xlYXBpcy5jb20vdG9rZW4iLCAic2NvcGUiOiAiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Z",
        "m9ybSJ9",
    ].joined()
    static let vendorSignature = [
        "hRE2iW3ptzZmdj8P3ft3dIsST98p309Hi_p_SHWH9uKo3C4Oa1LgZs_c5BQ4phYZ0ptancgMUTYoaYhGbymTY8beTUww6PmSgYoy",
        "FZTFLDUHSbtA7L7Ynt5hzqjPsosQ3TY7k0V1-bwAFD2iFLO3hHX-MSKZ-RxstcbBWvQvOKhLwAJv7JrcZltao6QxVehoJBqP7Zjt",
        "w-zUO0-4h7jmBxPqKzHkrPvxoCvXnmjg3rvDduwlhQV7lahWuvLKa-KHF99NbWyMea1OQ9K0QD_kQMwQIaswJ-iCCLisM2w_xrXu",
        "acc0hGmzWiZCKBfIP4_TCr6bE_iT3fYcPh93x96Bzg",
    ].joined()

    static func json(tokenURL: String = "https://oauth2.googleapis.com/token", project: String? = "p-1") -> String {
        var members: [String: JSONValue] = [
            "type": "service_account", "private_key_id": "kid-1", "private_key": .string(pem),
            "client_email": "a@p-1.iam.gserviceaccount.com", "token_uri": .string(tokenURL),
        ]
        members["project_id"] = project.map(JSONValue.string)
        let bytes = try? CanonicalJSON.encode(JSONValue.object(members))
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
