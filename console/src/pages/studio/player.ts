/** Plays speech while it arrives, and says which second is heard now. */

interface Piece {
  /** Where it begins in the speech, and when it is heard, in seconds; the second by the clock of the audio device. */
  at: number;
  heardAt: number;
  duration: number;
}

// A start that is heard at once but does not stutter: the first piece is a sentence or part of one.
const LEAD_S = 0.06;

export class SpeechPlayer {
  private readonly context = new AudioContext();
  private readonly pieces: Piece[] = [];
  private readonly samples: Float32Array<ArrayBuffer>[] = [];
  private sources: AudioBufferSourceNode[] = [];
  private length = 0;
  private free = 0;

  constructor(private readonly sampleRate: number) {}

  /** Seconds of speech that have arrived. */
  get duration(): number {
    return this.length;
  }

  get paused(): boolean {
    return this.context.state === "suspended";
  }

  /** The second of the speech that is heard now. While the next piece is awaited it stands at the end of the last. */
  get position(): number {
    const now = this.context.currentTime;
    const piece = this.pieces.findLast(({ heardAt }) => heardAt <= now);
    return piece ? piece.at + Math.min(piece.duration, now - piece.heardAt) : 0;
  }

  get finished(): boolean {
    return this.context.currentTime >= this.free;
  }

  add(samples: Float32Array<ArrayBuffer>): void {
    this.samples.push(samples);
    const duration = samples.length / this.sampleRate;
    this.schedule(samples, this.length);
    this.length += duration;
  }

  /** From this second on, of what has arrived. */
  playFrom(second: number): void {
    for (const source of this.sources) source.stop();
    this.sources = [];
    this.pieces.length = 0;
    this.free = 0;
    let at = 0;
    for (const samples of this.samples) {
      const duration = samples.length / this.sampleRate;
      const skipped = Math.min(duration, Math.max(0, second - at));
      if (skipped < duration) this.schedule(samples.subarray(Math.floor(skipped * this.sampleRate)), at + skipped);
      at += duration;
    }
    void this.context.resume();
  }

  pause(): void {
    void this.context.suspend();
  }

  resume(): void {
    void this.context.resume();
  }

  close(): void {
    void this.context.close();
  }

  private schedule(samples: Float32Array<ArrayBuffer>, at: number): void {
    const buffer = this.context.createBuffer(1, samples.length, this.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    const heardAt = Math.max(this.free, this.context.currentTime + LEAD_S);
    source.start(heardAt);
    this.sources.push(source);
    this.pieces.push({ at, heardAt, duration: buffer.duration });
    this.free = heardAt + buffer.duration;
  }
}
