import { useState, useSyncExternalStore } from "react";
import { readColumns } from "../../../api/training";
import { useTopic } from "../../../live/live";
import { RunCurves } from "./runCurves";

/**
 * The curves of a run while a component is shown. It is drawn anew when another metric or an error comes; for new points
 * the charts listen by themselves (`useVersion`).
 */
export function useRunCurves(run: string): RunCurves {
  const [curves] = useState(() => new RunCurves((part) => readColumns(run, part)));
  useTopic(`training:${run}`, curves);
  useSyncExternalStore(curves.watch, () => `${curves.loaded} ${curves.error !== null} ${curves.series.keys().join()}`);
  return curves;
}

const never = () => () => undefined;

/** Grows with the points of the curves; while `awake` is false, nothing is drawn anew for that. */
export function useVersion(curves: RunCurves, awake: boolean): number {
  return useSyncExternalStore(awake ? curves.watch : never, () => curves.version);
}
