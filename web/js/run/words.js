// An event in words, for logs.
import { count, duration, money } from '../lib/format.js';
import { line } from '../lib/safe.js';

export const severities = c => !c ? '' : ['critical', 'high', 'medium',
  'low'].filter(s => c[s]).map(s => `${c[s]} ${s}`).join(', ') || 'no findings';

const WORDS = {
  'critic.completed': d => `${d.critic}: ${severities(d.counts)}`,
  'critic.failed': d => `${d.critic} failed: ${d.error?.message ?? d.message ?? ''}`,
  'round.judged': d => `round ${d.round}: ${severities(d.counts)}; ${d.reason ?? ''}`,
  'moderator.completed': d => `round ${d.round}: ${d.edits} edits, +${d.inserted} −${d.deleted} lines`,
  'approval.requested': d => `asks for an answer: ${d.name ?? ''}`,
  'approval.answered': d => `${d.verdict ?? 'answered'}${d.by ? ` by ${d.by}` : ''}${d.reason ? `: ${d.reason}` : ''}`,
  'tool.called': d => `${d.tool} ${d.arguments}: ${d.text}`,
  'egress.decided': d => `${d.allowed ? 'allowed' : 'refused'} ${d.host}:${d.port}: ${d.reason}`,
  'budget.warning': d => `budget: ${d.used ?? ''} of ${d.cap ?? ''} ${d.unit ?? ''} used`,
  'child.started': d => `started ${d.workflow ?? 'a run'} ${d.child ?? d.id ?? ''}`,
  'run.completed': d => `done${d.outcome ? `: ${d.outcome}` : ''}`,
};

// What happened, on one line.
export function words(event) {
  const d = event.data ?? {};
  const own = WORDS[event.type]?.(d);
  if (own) return line(own, 600);
  const parts = [];
  if (d.message ?? d.reason) parts.push(d.message ?? d.reason);
  if (d.error) parts.push(d.error.message ?? d.error.code ?? String(d.error));
  if (d.attempt > 1) parts.push(`attempt ${d.attempt}`);
  if (d.duration_ms) parts.push(duration(d.duration_ms));
  if (d.cost) parts.push(`${money(d.cost)} ${count(d.cost.tokens)} tokens`);
  const rest = Object.entries(d).filter(([k]) => !['message', 'reason', 'error', 'attempt', 'duration_ms',
    'cost'].includes(k));
  for (const [k, v] of rest.slice(0, 6)) parts.push(`${k}=${typeof v === 'object' ? JSON.stringify(v) : v}`);
  return line(parts.join('  '), 600);
}

export function level(event) {
  if (/failed|blocked|diverged|error/.test(event.type)) return 'error';
  if (/^approval\.(requested|asked)/.test(event.type)) return 'cue';
  return /retry|warning|cancel|expired|limit/.test(event.type) ? 'warn' : 'info';
}
