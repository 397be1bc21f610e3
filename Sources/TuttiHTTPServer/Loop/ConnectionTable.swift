/// The connections of one loop, found by the mark of an event. A place that is used again has another mark, so that
/// what is still told of the one before reaches nobody.
struct ConnectionTable {
    private struct Place {
        var connection: Connection?
        var generation: UInt32 = 0
    }

    private var places: [Place] = []
    private var free: [Int] = []

    var count: Int { places.count - free.count }

    /// Gives the place and the mark.
    mutating func add(_ connection: Connection) -> (place: Int, mark: UInt64) {
        let place = free.popLast() ?? places.count
        if place == places.count { places.append(Place()) }
        places[place].connection = connection
        return (place, UInt64(places[place].generation) << 32 | UInt64(place))
    }

    mutating func remove(at place: Int) {
        places[place].connection = nil
        places[place].generation &+= 1
        free.append(place)
    }

    subscript(mark: UInt64) -> Connection? {
        let place = Int(mark & 0xffff_ffff)
        guard place < places.count, places[place].generation == UInt32(mark >> 32) else { return nil }
        return places[place].connection
    }

    /// All that are there.
    var all: [Connection] { places.compactMap(\.connection) }
}
