import { useState, useSyncExternalStore } from "react";
import { readColumns } from "../../../api/training";
import { useTopic } from "../../../live/live";
import { RunCurves } from "./runCurves";

/** The curves of a run while a component is shown. Their arrays grow in place; `version` says when. */
export function useRunCurves(run: string): RunCurves {
  const [curves] = useState(() => new RunCurves((part) => readColumns(run, part)));
  useTopic(`training:${run}`, curves);
  useSyncExternalStore(curves.watch, () => curves.version);
  return curves;
}
