// Text as it comes, put together by the places of its pieces in bytes.
export class Streamed {
  text = '';
  bytes = 0;
  attempt = 0;
  reset(whole, attempt) {
    this.text = whole;
    this.bytes = new TextEncoder().encode(whole).length;
    this.attempt = attempt;
  }

  // Whether nothing is missing.
  add(frame) {
    if (frame.kind === 'reset' || frame.attempt > this.attempt) this.reset('', frame.attempt);
    if (frame.kind !== 'text' || frame.attempt < this.attempt) return true;
    const piece = new TextEncoder().encode(frame.text), known = this.bytes - frame.offset;
    if (known < 0) return false;
    if (known >= piece.length) return true;
    this.text += known ? new TextDecoder().decode(piece.slice(known)) : frame.text;
    this.bytes += piece.length - known;
    return true;
  }
}
