import { useCallback, useEffect, useRef, useState } from "react";
import type { SpeechForm } from "../request";
import type { SpeechEvents } from "../speechStream";
import type { BrowserVoice } from "./browserVoice";

export interface BrowserState {
  /** 0 to 100 while the voice is fetched. */
  loading: number | null;
  /** Seconds of computing for a second of speech, of the last text. */
  factor: number | null;
}

/** The voice that this page has loaded, if any. The runtime is fetched with the first one. */
export function useBrowserVoice() {
  const [state, setState] = useState<BrowserState>({ loading: null, factor: null });
  const loaded = useRef<BrowserVoice | null>(null);
  useEffect(() => () => loaded.current?.close(), []);
  const speak = useCallback(async (form: SpeechForm, events: SpeechEvents, signal: AbortSignal) => {
    if (loaded.current?.id !== form.voice) {
      loaded.current?.close();
      loaded.current = null;
      setState({ loading: 0, factor: null });
      try {
        const { BrowserVoice } = await import("./browserVoice");
        const onProgress = (loading: number) => setState((old) => ({ ...old, loading }));
        loaded.current = await BrowserVoice.load(form.voice, onProgress, signal);
      } finally {
        setState((old) => ({ ...old, loading: null }));
      }
    }
    const factor = await loaded.current.speak(form, events, signal);
    setState({ loading: null, factor });
  }, []);
  return { state, speak };
}
