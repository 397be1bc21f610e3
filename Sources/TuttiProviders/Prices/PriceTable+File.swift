import FoundationEssentials
public import TuttiModels

extension PriceTable {
    /// Reads the file of a list of prices: one of your own, or OpenRouter's list of models as it was fetched, whose
    /// prices hold from the time of the file.
    ///
    /// - Throws: ``PriceTableError`` that names the file, the place in it, the rule and the way out.
    public static func read(path: String) throws(PriceTableError) -> PriceTable {
        guard let file = PlainFile(path: path) else {
            throw PriceTableError(message: "\(path) is not there, or is no file; correct models.prices")
        }
        guard file.size <= bytesMax, let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            throw PriceTableError(message: "\(path) cannot be read, or has more than \(bytesMax) bytes; check the file")
        }
        do throws(PriceTableError) {
            guard bytes.first(where: { $0 > UInt8(ascii: " ") }) == UInt8(ascii: "{") else { return try read(bytes) }
            return try readOpenRouterModels(bytes, from: file.modified)
        } catch {
            throw PriceTableError(message: "\(path): \(error.message)")
        }
    }
}
