// @ts-check
/** A quiet ring of two notes, made by the browser: no file, and nothing for a CSP to refuse. */

const NOTES = [660, 880];
const EVERY = 2500;
const LOUDNESS = 0.12;

export class Ring {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** Ring until `stop`. Browsers stay silent on a page that nobody has touched yet. */
  start() {
    if (this.#context || navigator.userActivation?.hasBeenActive === false) return;
    this.#context = new AudioContext();
    this.#ring();
    this.#timer = setInterval(() => this.#ring(), EVERY);
  }

  stop() {
    clearInterval(this.#timer);
    this.#context?.close();
    this.#context = null;
  }

  #ring() {
    NOTES.forEach((pitch, place) => this.#play(pitch, place * 0.22));
  }

  /** @param {number} pitch in hertz @param {number} after seconds from now */
  #play(pitch, after) {
    const context = this.#context;
    if (!context) return;
    const [note, volume] = [context.createOscillator(), context.createGain()];
    const from = context.currentTime + after;
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.5);
    note.connect(volume).connect(context.destination);
    note.start(from);
    note.stop(from + 0.5);
  }
}
