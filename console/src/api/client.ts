import createClient from "openapi-fetch";
import { errorOf, noConnection } from "./errors";
import type { paths } from "./schema";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

let csrfToken: string | null = null;
let onUnauthenticated: () => void = () => undefined;

/** The token of `GET /api/auth/me`: with a session cookie, every change must carry it. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Called when an answer says that the session has ended. */
export function onSessionEnd(listener: () => void): void {
  onUnauthenticated = listener;
}

/** Headers of a request that `fetch` or another library sends by itself (uploads). */
export function changeHeaders(): Record<string, string> {
  return csrfToken ? { "X-CSRF-Token": csrfToken } : {};
}

/** `fetch` to the gateway. Throws `ApiError` for every answer that is not a success. */
export async function gatewayFetch(request: Request): Promise<Response> {
  if (csrfToken && !SAFE.has(request.method)) request.headers.set("X-CSRF-Token", csrfToken);
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw noConnection(error);
  }
  if (response.ok) return response;
  if (response.status === 401 && !request.url.endsWith("/api/auth/login")) onUnauthenticated();
  throw errorOf(response.status, await response.json().catch(() => null));
}

/** The typed client: `api.GET("/api/training/{run}", { params: { path: { run } } })`. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: gatewayFetch });

interface Envelope<T> {
  data?: { data: T };
}

/** The `data` inside the envelope of an answer. */
export async function ask<T>(answer: Promise<Envelope<T>>): Promise<T> {
  const { data } = await answer;
  return (data as { data: T }).data;
}

/** The whole body: for pages, with their `next`, and for answers under `/v1`. */
export async function askWhole<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
