import Glibc

/// Which deployment a session belongs to.
///
/// Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights after Resch and Schindelhauer, "Logarithmic
/// Method"): each deployment gets a number from the session and its own name, and the highest wins. When one goes, only
/// its sessions move, and when one comes, it takes only its share.
enum SessionHash {
    /// The number of a deployment for a session; a deployment of weight 0 is behind all others.
    static func score(session: String, deployment: String, weight: Int) -> Double {
        guard weight > 0 else { return 0 }
        var hash = StableHash()
        hash.add(session)
        hash.add(0)
        hash.add(deployment)
        // 53 bits as a number above 0 and below 1.
        let share = (Double(hash.mixed >> 11) + 0.5) / Double(1 << 53)
        return Double(weight) / -log(share)
    }
}

/// A hash that is the same in every process and for ever: FNV-1a with 64 bits, and the finish of SplitMix64, without
/// which its high bits are poor.
struct StableHash: Sendable, Hashable {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

    mutating func add(_ text: some StringProtocol) {
        for byte in text.utf8 { add(byte) }
    }

    var mixed: UInt64 {
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
