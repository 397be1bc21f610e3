// The shared worker: one hub, a port for each tab.
import { Hub } from './hub.js';

const hub = new Hub();

self['onconnect'] = event => {
  const channel = event.ports[0];
  const port = hub.add(message => channel.postMessage(message));
  channel.onmessage = e => hub.take(port, e.data);
};
