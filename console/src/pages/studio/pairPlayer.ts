/** Two recordings that play together, one of them heard: switching stays at the same second. */

import type { Letter } from "./blindTest";

const FADE_S = 0.02; // a hard switch clicks

export class PairPlayer {
  private readonly context: AudioContext;
  private readonly gains: Record<Letter, GainNode>;
  private sources: AudioBufferSourceNode[] = [];
  private startedAt = 0;
  private heard: Letter | null = null;

  private constructor(
    context: AudioContext,
    private readonly buffers: Record<Letter, AudioBuffer>,
  ) {
    this.context = context;
    const gain = () => {
      const node = context.createGain();
      node.gain.value = 0;
      node.connect(context.destination);
      return node;
    };
    this.gains = { A: gain(), B: gain() };
  }

  static async decode(recordings: Record<Letter, Blob>): Promise<PairPlayer> {
    const context = new AudioContext();
    const decoded = async (blob: Blob) => context.decodeAudioData(await blob.arrayBuffer());
    try {
      const [A, B] = await Promise.all([decoded(recordings.A), decoded(recordings.B)]);
      return new PairPlayer(context, { A, B });
    } catch (error) {
      void context.close(); // a browser has a few of them only
      throw error;
    }
  }

  get duration(): number {
    return Math.max(this.buffers.A.duration, this.buffers.B.duration);
  }

  get position(): number {
    return this.sources.length ? Math.min(this.duration, this.context.currentTime - this.startedAt) : 0;
  }

  get ended(): boolean {
    return this.sources.length > 0 && this.position >= this.duration;
  }

  /** Hear this one, from the second where the other one is; from the start when nothing plays. */
  listen(letter: Letter): void {
    if (this.sources.length === 0 || this.ended) this.start();
    const now = this.context.currentTime;
    for (const each of ["A", "B"] as const) this.gains[each].gain.setTargetAtTime(each === letter ? 1 : 0, now, FADE_S);
    this.heard = letter;
  }

  get listening(): Letter | null {
    return this.ended ? null : this.heard;
  }

  close(): void {
    void this.context.close();
  }

  private start(): void {
    for (const source of this.sources) source.stop();
    this.sources = (["A", "B"] as const).map((letter) => {
      const source = this.context.createBufferSource();
      source.buffer = this.buffers[letter];
      source.connect(this.gains[letter]);
      source.start();
      return source;
    });
    this.startedAt = this.context.currentTime;
    void this.context.resume();
  }
}
