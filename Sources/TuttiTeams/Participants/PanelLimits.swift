/// The bounds of what a panel may hold.
public enum PanelLimits {
    /// Participants of a panel that somebody has written.
    public static let participants = 1...10
    /// Participants of a panel that a model makes up.
    public static let generated = 2...6
    /// The most bytes of a participant's name.
    public static let nameLengthMax = 40
    /// The most bytes of a role.
    public static let roleLengthMax = 200
    /// The most bytes of an expertise, and of a perspective.
    public static let descriptionLengthMax = 2000
    /// The most bytes of a participant's own instructions.
    public static let instructionsLengthMax = 16 << 10
    /// The most points of a list.
    public static let pointsMax = 12
    /// The most bytes of a point.
    public static let pointLengthMax = 500
    /// The most bytes of a goal, of the moderator's focus, and of a description.
    public static let goalLengthMax = 4000
    /// The most bytes of all texts of a panel together, so that its file can always be read again: of a text of
    /// control characters four bytes are written for one.
    public static let textsMax = 60_000
}
