const MOST_THREADS = 4; // more gain nothing for a network of this size

/** What one may ask of this page: threads need `SharedArrayBuffer`, and that a secure context. */
export function availableThreads(): number {
  return globalThis.crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1) : 1;
}
