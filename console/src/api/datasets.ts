import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask } from "./client";

export const datasetsQuery = queryOptions({
  queryKey: ["assets", "datasets"],
  queryFn: ({ signal }) => ask(api.GET("/api/datasets", { signal })),
});

export const datasetQuery = (id: string) =>
  queryOptions({
    queryKey: ["assets", "datasets", id],
    queryFn: ({ signal }) => ask(api.GET("/api/datasets/{id}", { params: { path: { id } }, signal })),
  });

/** Some rows, without figures: it answers quickly. */
export const rowsQuery = (id: string, offset: number, limit: number) =>
  queryOptions({
    queryKey: ["assets", "rows", id, offset, limit],
    queryFn: ({ signal }) => {
      const params = { path: { id }, query: { offset, limit, statistics: false } };
      return ask(api.GET("/api/datasets/{id}/preview", { params, signal }));
    },
    placeholderData: keepPreviousData,
  });

/** The figures for plots: of a large dataset they take some seconds. */
export const figuresQuery = (id: string) =>
  queryOptions({
    queryKey: ["assets", "figures", id],
    queryFn: ({ signal }) => {
      const params = { path: { id }, query: { limit: 1, statistics: true } };
      return ask(api.GET("/api/datasets/{id}/preview", { params, signal }));
    },
    staleTime: 60_000,
  });

export const openUploadsQuery = queryOptions({
  queryKey: ["uploads"],
  queryFn: ({ signal }) => ask(api.GET("/api/uploads", { signal })),
});
