import FoundationEssentials
import TuttiYAML

extension Presets {
    /// The built-in panels, and those in the folder `presets` of a home; a home without that folder has none.
    ///
    /// - Parameter home: the home.
    /// - Throws: ``PresetError`` `unreadable_preset` when the folder cannot be read, or has too many files.
    public init(home: String) throws(PresetError) {
        let folder = home.hasSuffix("/") ? home + "presets" : home + "/presets"
        guard FileManager.default.fileExists(atPath: folder) else {
            self.init()
            return
        }
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw .unreadable(path: folder, reason: "cannot be read as a folder; check what it is and who may read it")
        }
        var own: [String: String] = [:]
        // Of two endings `.yaml` counts, which comes first.
        for entry in entries.sorted() where !entry.hasPrefix(".") {
            guard let ending = PresetFile.endings.first(where: { entry.hasSuffix($0) }) else { continue }
            let name = String(entry.dropLast(ending.count))
            if own[name] == nil { own[name] = folder + "/" + entry }
        }
        guard own.count <= Self.filesMax else {
            throw .unreadable(
                path: folder, reason: "has \(own.count) presets, the limit is \(Self.filesMax); remove some")
        }
        self.init(own: own)
    }
}

/// Reads the file of a panel.
enum PresetFile {
    static let endings = WrittenFile.endings

    static func text(at path: String) throws(PresetError) -> String {
        do throws(WrittenFile.Unreadable) {
            return try WrittenFile.text(at: path)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }
}
