/** The catalog and the Hub. What the disk decides has a key that an event of an asset renews. */

import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "./client";
import { asApiError } from "./errors";

export type RepoType = "model" | "dataset";
export const SORTS = ["downloads", "likes", "trending", "updated"] as const;
export type SearchSort = (typeof SORTS)[number];

/** The gateway has tried the Hub already: the person hears at once that it is out of reach. */
function retry(failures: number, error: Error): boolean {
  const { code, transient } = asApiError(error);
  return transient && code !== "HUB_UNREACHABLE" && failures < 3;
}

export const catalogKey = ["assets", "catalog"] as const;

export const catalogQuery = queryOptions({
  queryKey: [...catalogKey],
  queryFn: ({ signal }) => ask(api.GET("/api/sources/catalog", { signal })),
});

/** One entry with its files. */
export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: [...catalogKey, id],
    queryFn: ({ signal }) => ask(api.GET("/api/sources/catalog/{id}", { params: { path: { id } }, signal })),
  });

export const hubSearchQuery = (query: { q: string; kind: RepoType; sort: SearchSort; limit: number }) =>
  queryOptions({
    retry,
    queryKey: ["hub", "search", query],
    queryFn: ({ signal }) => ask(api.GET("/api/sources/search", { params: { query }, signal })),
    staleTime: 60_000, // the Hub counts requests
  });

/** A repository as the Hub has it now. */
export const cardQuery = (repo: string, type: RepoType) =>
  queryOptions({
    retry,
    queryKey: ["hub", "card", type, repo],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/sources/model/{repo}", { params: { path: { repo }, query: { type } }, signal })),
    staleTime: 60_000,
  });

/** What a download would fetch now. */
export const planQuery = (modelId: string, repoType: RepoType) =>
  queryOptions({
    retry,
    queryKey: ["assets", "plan", repoType, modelId],
    queryFn: ({ signal }) => ask(api.POST("/api/sources/download/plan", { body: { modelId, repoType }, signal })),
  });

export const updatesQuery = queryOptions({
  retry,
  queryKey: ["assets", "updates"],
  queryFn: ({ signal }) => ask(api.GET("/api/sources/installed/updates", { signal })),
  staleTime: 60_000,
});
