/** Between the page and the worker that computes a voice. */

export interface PiperConfig {
  audio: { sample_rate: number };
  inference: { noise_scale: number; length_scale: number; noise_w: number };
  num_speakers?: number;
  speaker_id_map?: Record<string, number>;
}

export type ToWorker =
  | { type: "load"; model: ArrayBuffer; threads: number; wasm: string }
  | { type: "speak"; id: number; ids: number[]; scales: [number, number, number]; speaker: number | null };

export type FromWorker =
  | { type: "loaded" }
  | { type: "spoken"; id: number; samples: Float32Array<ArrayBuffer>; seconds: number }
  | { type: "failed"; id: number | null; message: string };
