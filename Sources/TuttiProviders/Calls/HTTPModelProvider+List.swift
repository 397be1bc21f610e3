import FoundationEssentials
import TuttiHTTP
import TuttiHTTPClient
public import TuttiModels

extension HTTPModelProvider {
    /// The most parts in which a list of models may come.
    static let listPagesMax = 20

    /// The models that the provider has, in its order, as far as it tells them.
    ///
    /// - Throws: ``ModelError``; `CancellationError`.
    public func models() async throws -> [ModelDescription] { try await list().models }

    /// The list in one piece, with what it tells besides.
    func list() async throws -> ModelListPage {
        var whole = ModelListPage()
        var page: String?
        for _ in 0..<Self.listPagesMax {
            let part = try await part(page)
            whole.models += part.models
            whole.owners.formUnion(part.owners)
            // A server that says the same place again would be asked for ever.
            guard let next = part.next, next != page else { return whole }
            page = next
        }
        throw ModelError.tooLarge(dialect.name, "parts in its list of models", Self.listPagesMax)
    }

    private func part(_ page: String?) async throws -> ModelListPage {
        var wire = try dialect.encodeList(page: page)
        wire.headers.append(WireRequest.Header("accept", "application/json"))
        let call = try await begin(
            wire, at: dialect.listBase(base.text), method: .get, bodySizeMax: ModelListPage.bytesMax)
        return try dialect.list(try await whole(call))
    }
}
