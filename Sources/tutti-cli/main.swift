import TuttiTerminal

TuttiProgram.runAndExit()
