// What a state looks like: a glyph, a word and a class. The same glyphs as on the command line.


const LOOKS = {
  queued: { glyph: '○', word: 'queued', cls: 'queued' },
  running: { glyph: '◐', word: 'running', cls: 'running' },
  cue: { glyph: '◆', word: 'your turn', cls: 'cue' },
  waiting: { glyph: '◇', word: 'waiting', cls: 'waiting' },
  blocked: { glyph: '■', word: 'blocked', cls: 'blocked' },
  completed: { glyph: '●', word: 'done', cls: 'done' },
  failed: { glyph: '✕', word: 'failed', cls: 'failed' },
  cancelled: { glyph: '–', word: 'cancelled', cls: 'cancelled' },
  compensated: { glyph: '↩', word: 'undone', cls: 'cancelled' },
  skipped: { glyph: '–', word: 'skipped', cls: 'cancelled' },
};

const REASONS = ({
  recovery_exhausted: 'recovery exhausted', no_worker: 'no worker', undo_failed: 'undo failed',
});

export function runLook(run) {
  if (run.state === 'waiting' && run.reason === 'approval') return LOOKS.cue;
  const look = LOOKS[run.state] ?? { glyph: '?', word: run.state, cls: 'queued' };
  const withReason = run.reason && (run.state === 'waiting' || run.state === 'blocked');
  return withReason ? { ...look, word: `${look.word} (${REASONS[run.reason] ?? run.reason})` } : look;
}

export function stepLook(step) {
  if (step.state === 'waiting' && step.kind === 'approval') return LOOKS.cue;
  return LOOKS[step.state] ?? { glyph: '?', word: String(step.state), cls: 'queued' };
}

export const look = state => LOOKS[state] ?? LOOKS.queued;

export const RUN_STATES = ['queued', 'running', 'waiting', 'blocked', 'completed', 'failed', 'cancelled'];
export const SEVERITIES = ['critical', 'high', 'medium', 'low'];

export const isOver = run => ['completed', 'failed', 'cancelled'].includes(run.state);

// How the end of a roundtable reads.
export const outcomeLook = outcome => outcome === 'converged' ? LOOKS.completed
  : outcome === 'stalled' ? LOOKS.failed : LOOKS.waiting;
