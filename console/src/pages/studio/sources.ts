/** What can be compared: voices that speak the text, and samples that checkpoints of a run have left. */

import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWhole, gatewayFetch } from "../../api/client";
import type { VoiceCard } from "../../api/schema";
import { speechFile } from "./speechFile";

export interface Source {
  id: string;
  name: string;
  group: "voices" | "checkpoints";
  /** The recording of the text, or the sample. */
  record: (text: string, seed: number) => Promise<Blob>;
}

export function voiceSource(voice: VoiceCard): Source {
  return {
    id: `voice ${voice.id}`,
    name: voice.name,
    group: "voices",
    record: (text, seed) => speechFile({ model: "sokhan", input: text, voice: voice.id, response_format: "wav", seed }),
  };
}

const RUNS = 10;

/** The samples of the newest runs. */
export const sampleSourcesQuery = queryOptions({
  queryKey: ["sample-sources"],
  queryFn: async ({ signal }): Promise<Source[]> => {
    const { data: runs } = await askWhole(api.GET("/api/training", { params: { query: { limit: RUNS } }, signal }));
    const found = await Promise.all(
      runs.map(async (run) => {
        const path = { run: run.id };
        const checkpoints = await ask(api.GET("/api/training/{run}/checkpoints", { params: { path }, signal }));
        return checkpoints.flatMap(({ step, samples = [] }) =>
          samples.map((name): Source => {
            const address = `/api/training/${run.id}/checkpoints/${step}/samples/${encodeURIComponent(name)}`;
            return {
              id: address,
              name: `${run.name} · ${step} · ${name}`,
              group: "checkpoints",
              record: async () => (await gatewayFetch(new Request(location.origin + address))).blob(),
            };
          }),
        );
      }),
    );
    return found.flat();
  },
});
