// Questions and short notices, loaded when there is the first one.
const dialogs = () => import('./dialog.js');

export const ask = async o => (await dialogs()).ask(o);
export const toast = async (words, o) => (await dialogs()).toast(words, o);
