// Participants, to be changed before anything starts.
import { h, fill } from '../lib/dom.js';
import { field } from '../ui/parts.js';

const MOST = 6;

export function panelEditor(draft, changed) {
  const box = h('div.stack');
  const draw = (focus = -1) => {
    fill(box, h('h3', {}, 'Participants'), draft.participants.map((p, i) => {
      const bind = (input, name, list = false) => {
        input.value = list ? (p[name] ?? []).join(', ') : p[name] ?? '';
        input.addEventListener('input', () => {
          p[name] = list ? input.value.split(',').map(x => x.trim()).filter(Boolean) : input.value;
          changed();
        });
        return input;
      };
      return h('details.participant', { open: i === focus },
        h('summary', {}, h('b', {}, p.name || 'unnamed'), h('span.muted', {}, ` ${p.role ?? ''}`)), h('div.stack', {},
        h('div.row', {}, field('Name', bind(h('input', { required: true, maxLength: 64 }), 'name')),
          field('Role', bind(h('input', { required: true }), 'role'))),
        field('Expertise', bind(h('input'), 'expertise')), field('Perspective', bind(h('input'), 'perspective')),
        field('Instructions', bind(h('textarea', { rows: 4 }), 'instructions')),
        h('div.row', {}, field('Looks at', bind(h('input', { placeholder: 'risks, costs' }), 'focus', true)),
          field('Leaves to others', bind(h('input'), 'leaves', true))),
        h('div.btns', {}, h('button.quiet.sm', { type: 'button', disabled: draft.participants.length < 2,
          onclick: () => { draft.participants.splice(i, 1); changed(); draw(); } }, 'Remove'))));
    }), h('div.btns', {}, h('button.sm', { type: 'button', disabled: draft.participants.length >= MOST, onclick: () => {
      draft.participants.push({ name: `reader-${draft.participants.length + 1}`, role: '', expertise: '',
        perspective: '', instructions: '', focus: [], leaves: [] });
      changed();
      draw(draft.participants.length - 1);
    } }, 'Add one')));
  };
  draw();
  return box;
}
