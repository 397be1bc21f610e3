import TuttiComposition

TuttiProgram.runAndExit()
