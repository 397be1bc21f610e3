import TuttiCore
import TuttiModels

/// How thoughts of any provider look to a client of Anthropic's: with a `signature`, or closed up as `data`.
enum AnthropicSeal {
    /// The dialect whose seals are in its own form.
    static let dialect = "anthropic"

    /// The thought is closed up, and nothing of it can be read.
    static func data(of seal: ProviderSeal) -> String? {
        seal.dialect == dialect ? seal.value["data"]?.stringValue : nil
    }

    static func signature(of seal: ProviderSeal) -> String {
        let own = seal.dialect == dialect ? seal.value["signature"]?.stringValue : nil
        return own ?? SealedExtra.text(of: seal)
    }
}
