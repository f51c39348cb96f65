import type { ErrorBody } from "./schema";

/** What the gateway answered in place of data, or `NO_CONNECTION` when it did not answer. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly hint: string | null;
  readonly action: ErrorBody["action"] | null;
  readonly target: string | null;
  /** The field of the request that the error is about. */
  readonly param: string | null;
  readonly requestId: string | null;

  constructor(status: number, body: Partial<ErrorBody> & { code: string; message: string }) {
    super(body.message);
    this.name = "ApiError";
    this.status = status;
    this.code = body.code;
    this.hint = body.hint ?? null;
    this.action = body.action ?? null;
    this.target = body.target ?? null;
    this.param = body.param ?? null;
    this.requestId = body.request_id ?? null;
  }

  /** Whether the same request may succeed a little later. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503;
  }
}

export const NO_CONNECTION = "NO_CONNECTION";

export function noConnection(cause: unknown): ApiError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ApiError(0, { code: NO_CONNECTION, message });
}

/** The error of a response: Sokhan's envelope, OpenAI's under `/v1`, or whatever a proxy in between wrote. */
export function errorOf(status: number, body: unknown): ApiError {
  const error = isRecord(body) ? body.error : undefined;
  if (isRecord(error) && typeof error.code === "string" && typeof error.message === "string") {
    return new ApiError(status, { ...error, code: error.code.toUpperCase(), message: error.message });
  }
  return new ApiError(status, { code: `HTTP_${status}`, message: `HTTP ${status}` });
}

/** Any thrown value as an `ApiError`, for display. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isRecord(error) && typeof error.code === "string" && typeof error.message === "string") {
    return new ApiError(0, { ...error, code: error.code, message: error.message }); // the error of a job
  }
  return new ApiError(0, { code: "CONSOLE", message: error instanceof Error ? error.message : String(error) });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
