// Logging in, by a password or by another issuer; and a new password by a code.
import { h, fill } from '../lib/dom.js';
import { get, post } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { account, pageToken } from '../lib/session.js';
import { broken, field, loading } from '../ui/parts.js';
import { form, passwordField } from '../ui/forms.js';
import { codeFromAddress, gate, logIn, wanted } from './gate.js';

// Why a login at another issuer came to nothing.
const REASONS = {
  openid_refused: 'The login was stopped there, or this service is not permitted to you.',
  openid_not_allowed: 'People of your address are not let in by this issuer.',
  openid_wrong_state: 'It was begun in another browser or another window. Begin again.',
  openid_too_late: 'It took too long. Begin again.',
  openid_unreachable: 'The issuer cannot be reached at the moment. Try again soon.',
  login_unknown: 'This browser has begun no such login, or it took longer than ten minutes. Begin again.',
  login_refused: 'The account that belongs to it is closed here.',
  registration_closed: 'You have no account here yet, and new ones need an invitation. Ask who looks after accounts.',
  code_required: 'The first account is made with a password. Log in by an issuer afterwards.',
  accounts_unusable: 'Accounts cannot be used at the moment. Nothing has changed; try again soon.',
};

const other = name => h('a.button', { href: `/auth/oauth/${encodeURIComponent(name)}/login`, onclick: () => {
  try {
    sessionStorage.setItem('tutti.next', wanted());
  } catch { /* a browser without storage comes back to the beginning */ }
} }, `Log in by ${line(name, 40)}`);

function failed(code) {
  return h('div.problem', { role: 'alert' }, h('p', {}, h('b', {}, 'The login at the other issuer came to nothing.')),
    h('p', {}, REASONS[code] ?? 'Begin again; if it stays so, tell who looks after this server the code.'),
    h('p.muted', {}, line(code, 80)));
}

export default function page(ctx) {
  ctx.title('Log in');
  const box = h('div.gate', {}, loading());
  const error = ctx.query().get('error');

  const login = (providers, note) => {
    const name = h('input', { name: 'username', autocomplete: 'username', required: true, autocapitalize: 'none',
      spellcheck: false });
    const password = passwordField('Password', 'current-password');
    fill(box, gate('Log in', error ? failed(error) : null, note,
      form({ verb: 'Log in', cls: '', signal: ctx.signal, run: () => logIn(name.value.trim(), password.input.value) },
        field('Username or address', name), password.el),
      providers.providers.length ? h('div.stack', {}, providers.providers.map(other)) : null,
      h('p.btns', {}, h('button.link', { type: 'button', onclick: () => reset(providers, '') },
        'I have a code for a new password'),
      h('a', { href: '/register' }, providers.open_registration ? 'Make an account' : 'I have an invitation'))));
    name.focus();
  };

  const reset = (providers, given) => {
    const code = h('input', { name: 'code', required: true, autocomplete: 'off', spellcheck: false, value: given });
    const password = passwordField('New password', 'new-password');
    fill(box, gate('Choose a new password', h('p.soft', {},
      'Who looks after accounts here makes a code for you. It is good once. All your sessions end.'),
    form({ verb: 'Set the password', cls: '', signal: ctx.signal, run: async () => {
      await post('/auth/reset', { code: code.value.trim(), password: password.input.value });
      login(providers, h('p.good', { role: 'status' }, 'The password is set. Log in with it.'));
    } }, field('Code', code), password.el),
    h('p.btns', {}, h('button.link', { type: 'button', onclick: () => login(providers) }, 'Back to the login'))));
    (given ? password.input : code).focus();
  };

  const begin = async () => {
    const code = codeFromAddress('reset');
    try {
      const providers = await get('/auth/providers', ctx.signal);
      if (code) return reset(providers, code);
      if (providers.local) return location.replace(wanted());
      if (providers.needs_first_account) return location.replace('/register');
      // Who is logged in already goes on.
      if (!error && account() && pageToken() && await get('/auth/me', ctx.signal).catch(() => null)) {
        return location.replace(wanted());
      }
      login(providers);
    } catch (problem) {
      if (!ctx.signal.aborted) fill(box, gate('Log in', broken(problem, begin)));
    }
  };
  begin();
  return box;
}
