import TuttiCore
import TuttiDocuments
import TuttiHTTP
import TuttiHTTPServer
import TuttiTeams

/// Documents that are sent as files: read, checked, and given back as text. Nothing of them is kept.
struct UploadRoutes: Sendable {
    var all: [Route] { [upload, oldUpload] }

    struct UploadView: Codable, Sendable {
        var filename: String
        var content: String
        /// Bytes of the text.
        var length: Int
        /// What sort of document it seems to be.
        var kind: String
    }

    /// As an older gateway had it.
    struct OldUploadView: Codable, Sendable {
        var success: Bool
        var filename: String
        var content: String
        var length: Int
    }

    /// A document, and what a form puts around it.
    static let bodySizeMax = RoundtableInput.documentSizeMax + (16 << 10)
    static let endings = [".txt", ".md", ".markdown"]

    private static let form = BodyDescription(
        mediaType: MultipartForm.mediaType,
        schema: { .object([.required("file", .string().describing("A text file: .txt or .md, UTF-8."))]) })
    private static let answers: [AnswerDescription] = [
        .problem(415, "It is no form with a file."), .problem(422, "The file is none that can be read."),
    ]

    private var upload: Route {
        Route(
            .post, "/api/v1/uploads", "upload", .uploads, "Reads a text file and gives back what is in it.",
            body: Self.form, bodySizeMax: Self.bodySizeMax,
            answers: [.json(201, UploadView.self, "The text.")] + Self.answers
        ) { request in
            let (name, text) = try await Self.file(request)
            let kind = RoundtableInput(document: text).kind
            return try request.answer(
                UploadView(filename: name, content: text, length: text.utf8.count, kind: kind.rawValue), status: 201)
        }
    }

    private var oldUpload: Route {
        Route(
            .post, "/api/files/upload", "uploadFile", .refinement, "Reads a text file and gives back what is in it.",
            body: Self.form, bodySizeMax: Self.bodySizeMax,
            answers: [.json(200, OldUploadView.self, "The text.")] + Self.answers
        ) { request in
            let (name, text) = try await Self.file(request)
            return try request.answer(
                OldUploadView(success: true, filename: name, content: text, length: text.utf8.count))
        }
    }

    private static func file(_ request: RouteRequest) async throws -> (name: String, text: String) {
        guard let boundary = MultipartForm.boundary(of: request.request.headers["Content-Type"]) else {
            throw Problem(
                415, "bad_media_type",
                "send the file as a form: multipart/form-data with a part named 'file', as with "
                    + "curl -F file=@plan.md")
        }
        let bytes = try await request.request.body.collect(upTo: bodySizeMax)
        guard let parts = MultipartForm.parts(of: bytes, boundary: boundary) else {
            throw Problem(400, "bad_form", "the form is not well formed, or it is cut off")
        }
        guard let part = parts.first(where: { $0.name == "file" }) else {
            throw Problem.badField("/file", "required", "the form has no part named 'file'")
        }
        let name = String((part.filename ?? "document.txt").split { $0 == "/" || $0 == "\\" }.last ?? "document.txt")
        guard endings.contains(where: name.lowercased().hasSuffix) else {
            throw Problem.badField(
                "/file", "type", "'\(CleanText.line(name, bytesMax: 100))' is no text file; send .txt or .md")
        }
        guard let text = String(validating: part.body, as: UTF8.self), !text.contains("\0") else {
            throw Problem.badField("/file", "encoding", "the file is not UTF-8 text")
        }
        guard text.utf8.count <= RoundtableInput.documentSizeMax else {
            throw Problem(413, "body_too_large", "a document has at most \(RoundtableInput.documentSizeMax) bytes")
        }
        return (CleanText.line(name, bytesMax: 200), text)
    }
}
