// What the critics of a round found, and what they say of the document as a whole.
import { h } from '../lib/dom.js';
import { count, money, plural, usd } from '../lib/format.js';
import { clean, line } from '../lib/safe.js';
import { SEVERITIES } from '../lib/states.js';
import { severities } from './words.js';

// A finding in one shape, whichever the server has.
export function finding(entry) {
  const f = entry.finding ?? entry;
  return { severity: String(f.severity ?? 'low').toLowerCase(), critic: f.critic ?? '',
    code: f.code ?? f.category ?? '', title: f.title ?? f.message ?? '',
    detail: f.detail ?? '', suggestion: f.suggestion ?? '', quote: f.quote ?? '', questions: f.questions ?? [],
    place: f.location ? (typeof f.location === 'string' ? f.location
      : [f.location.section, f.location.line && `line ${f.location.line}`].filter(Boolean).join(', '))
      : [f.section, f.line ? `line ${f.line}` : ''].filter(Boolean).join(', '), state: entry.state ?? f.state ?? '' };
}

export function findingCard(entry, fixed = false) {
  const f = finding(entry);
  return h('article.finding', { class: fixed ? 'fixed' : f.severity }, h('header', {},
    h('span', { class: `sevword ${f.severity}` }, fixed ? '✓ fixed' : f.severity), h('b', {}, line(f.title, 600))),
  h('p.muted.small', {}, [line(f.critic, 60), line(f.code, 80), line(f.place, 160),
    f.state === 'repeated' ? 'open since before' : f.state]
    .filter(Boolean).join(' · ')),
  f.quote ? h('blockquote', {}, clean(f.quote)) : null, f.detail ? h('p', {}, clean(f.detail)) : null,
  f.suggestion ? h('p.suggestion', {}, clean(f.suggestion)) : null,
  f.questions.length && !fixed ? h('details', {}, h('summary', {}, plural(f.questions.length, 'question')),
    h('ul', {}, f.questions.map(q => h('li', {}, clean(q))))) : null);
}

const spent = spending => !spending ? '' : spending.usd != null ? money(spending)
  : spending.microdollars != null ? usd(spending.microdollars / 1e6)
    : `${count((spending.input_tokens ?? 0) + (spending.output_tokens ?? 0))} tokens`;

// The critics of a round, each with its verdict.
export function critics(round) {
  return h('div.critics', {}, (round.critics ?? []).map(c => {
    const bad = c.error, worst = SEVERITIES.find(s => c.counts?.[s]);
    return h('div.critic', {}, h('header', {}, h('b', {}, line(c.critic, 60)),
      c.role || c.model ? h('span.muted', {}, [line(c.role, 40), line(c.model, 40)].filter(Boolean).join(' · ')) : null,
      h('span.grow'), h('span.muted.num', {}, spent(c.spending))),
    bad ? h('p.bad', {}, `✕ no review: ${line(bad.message ?? bad, 300)}`)
      : h('p', {}, h('span', { class: `sevword ${worst ?? 'none'}` }, worst ? severities(c.counts) : '✓ nothing open')),
    c.assessment ? h('p.soft', {}, clean(c.assessment)) : null);
  }));
}
