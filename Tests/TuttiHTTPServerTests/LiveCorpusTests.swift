import Testing

@testable import TuttiHTTPServer

/// Every case of the corpus against a server that echoes.
struct LiveCorpusTests {
    @Test(arguments: [1, 2, 64, Int.max])
    func everyCaseIsAnsweredAsItHasToBe(piece: Int) async throws {
        // A busy machine needs its time for heads that come byte by byte.
        try await withServer(TestHandler.echo, { $0.limits.headWithin = .seconds(600) }) { _, port in
            for request in Corpus.requests where piece > 2 || request.bytes.count < 2000 {
                let peer = Peer(port: port)
                var rest = request.bytes[...]
                // A server that has answered already need not take the rest.
                while !rest.isEmpty, await peer.send(Array(rest.prefix(piece))) { rest = rest.dropFirst(piece) }
                await expect(request, peer)
                await peer.close()
            }
        }
    }

    private func expect(_ request: Corpus.Request, _ peer: Peer) async {
        var bodies = (request.bodies ?? [])[...]
        for status in request.answers {
            let answer = await peer.readAnswer()
            #expect(answer?.status == status, "\(request.name): \(request.comment)")
            if status == 200, let body = bodies.popFirst() { #expect(answer?.text == body, "\(request.name)") }
            #expect(answer?["date"]?.hasSuffix("GMT") == true)
        }
        switch request.then {
        case "closed":
            await #expect(peer.readToEnd().isEmpty, "\(request.name)")
        case "open":
            await peer.send(get())
            await #expect(peer.readAnswer()?.status == 200, "\(request.name)")
        default:
            await peer.finishSending()
            await #expect(peer.readToEnd().isEmpty, "\(request.name)")
        }
    }
}
