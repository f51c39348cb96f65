import { api, ask } from "../../api/client";
import { asApiError } from "../../api/errors";

/**
 * What somebody who helps needs to know. Built from chosen fields only: no token, no text, no address of a person, so
 * that nothing new in an answer gets in by itself.
 */
export async function diagnostics(): Promise<object> {
  const [health, assets, downloads, runs, renders] = await Promise.all([
    answerOf(ask(api.GET("/health"))),
    answerOf(ask(api.GET("/api/assets"))),
    answerOf(ask(api.GET("/api/sources/downloads", { params: { query: { limit: 50 } } }))),
    answerOf(ask(api.GET("/api/training", { params: { query: { limit: 50 } } }))),
    answerOf(ask(api.GET("/api/speech", { params: { query: { limit: 50 } } }))),
  ]);
  return {
    made: new Date().toISOString(),
    browser: navigator.userAgent,
    secureContext: window.isSecureContext,
    health,
    assets: "totals" in assets ? assets.totals : assets,
    jobs: [downloads, runs, renders].flatMap((found): object[] =>
      found instanceof Array
        ? found.map(({ kind, state, progress, attempt, createdAt, updatedAt, error }) => ({
            kind,
            state,
            progress,
            attempt,
            createdAt,
            updatedAt,
            error: error?.code ?? null,
          }))
        : [found],
    ),
  };
}

/** An answer, or its error as one more fact. */
async function answerOf<T extends object>(answer: Promise<T>): Promise<T | { code: string }> {
  try {
    return await answer;
  } catch (error) {
    return { code: asApiError(error).code };
  }
}
