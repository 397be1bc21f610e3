// The shared worker: one hub, a port for each tab.
import { Hub } from './hub.js';

const hub = new Hub();

self['onconnect'] = event => {
  const channel = event.ports[0];
  const port = hub.add(message => channel.postMessage(message));
  channel.onmessage = e => hub.take(port, e.data);
};

// A worker lives by the policy of its own file; where that one is too strict, each tab has a stream of its own.
self.addEventListener('securitypolicyviolation', () => hub.leave());
