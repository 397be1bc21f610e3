package import TuttiCore

/// What a sealed secret is bound to, as one text that no other parts give: each is preceded by its length.
///
/// A sealed secret that is moved to another tenant, person, name or version cannot be opened there.
package struct SecretContext: Sendable, Hashable {
    package let text: String

    package init(tenant: String, scope: SecretScope, name: SecretName, version: Int) {
        text = [tenant, scope.level.rawValue, scope.owner, name.text, String(version)]
            .map { "\($0.utf8.count):\($0)" }.joined(separator: "|")
    }
}
