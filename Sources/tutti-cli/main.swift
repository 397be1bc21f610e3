import Glibc
import TuttiTerminal

exit(await TuttiProgram.main().rawValue)
