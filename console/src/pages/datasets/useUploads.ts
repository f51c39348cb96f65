import { useSyncExternalStore } from "react";
import { uploads } from "./uploads";

/** What is being sent now. */
export function useUploads() {
  return useSyncExternalStore(uploads.watch, () => uploads.list);
}
