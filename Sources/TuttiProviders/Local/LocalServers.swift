import FoundationEssentials
import TuttiCore
import TuttiHTTPClient
public import TuttiModels

/// A model server that was found on this machine.
public struct LocalServer: Sendable, Hashable {
    /// Its provider's name, such as `ollama`: that of what answers, whatever usually is at this place.
    public var provider: String
    /// Its base URL.
    public var url: String
    /// The models that it has.
    public var models: [ModelDescription]
    /// Why the list of models is not there, such as a key that it asks for.
    public var problem: ModelError?
}

/// Looks for model servers on this machine. Nobody is told anything but that somebody looked.
public enum LocalServers {
    /// Where a server usually is.
    public struct Place: Sendable, Hashable {
        /// Scheme, host and port, without a path.
        public var url: String

        /// A place by its URL.
        public init(url: String) { self.url = url }
        /// A port of this machine.
        public init(port: Int) { url = "http://127.0.0.1:\(port)" }
    }

    /// The usual ports of Ollama, llama.cpp, vLLM and LM Studio.
    public static let usual = [11434, 8080, 8000, 1234].map { Place(port: $0) }
    /// How long each answer may take by which a server is known; it takes a few of them.
    public static let patience = Duration.milliseconds(500)
    /// Places that are looked at in one call.
    public static let placesMax = 64

    /// The servers that are there, in the order of the places, each known by what it answers: a web server that is
    /// something else is not among them.
    ///
    /// All places are looked at side by side, at most ``placesMax``.
    ///
    /// - Parameters:
    ///   - places: where to look.
    ///   - patience: how long each answer may take.
    public static func find(
        at places: [Place] = usual, patience: Duration = LocalServers.patience
    ) async -> [LocalServer] {
        let client = HTTPClient()
        let found = await withTaskGroup(of: (Int, LocalServer?).self) { group in
            for (index, place) in places.prefix(placesMax).enumerated() {
                group.addTask {
                    (index, await ServerProbe(url: place.url, client: client, patience: patience).identify())
                }
            }
            return await group.reduce(into: [(Int, LocalServer)]()) { found, next in
                if let server = next.1 { found.append((next.0, server)) }
            }
        }
        return found.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
