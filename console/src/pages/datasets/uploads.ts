/** Uploads of this page. They live outside of the components: going to another page does not end them. */

import type { DetailedError } from "tus-js-client";
import { Upload } from "tus-js-client";
import { api, ask, changeHeaders } from "../../api/client";
import { asApiError, errorOf, noConnection } from "../../api/errors";
import type { ImportRequest, ScanView } from "../../api/schema";
import { nameFor } from "./names";
import { SpeedMeter } from "./speed";

const ENDPOINT = "/api/uploads";
const PART = 64 * 1024 * 1024;
const RETRIES_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000]; // longer than the gateway holds a silent connection
const REFRESH_MS = 250;

export type ImportFormat = NonNullable<ImportRequest["format"]>;
export const FORMATS: readonly ImportFormat[] = ["auto", "ljspeech", "text"];

export interface Sending {
  key: string;
  fileName: string;
  size: number;
  sent: number;
  speed: number;
  name: string;
  state: "sending" | "paused" | "importing" | "failed";
  /** The line broke, and the next try is under way. */
  retrying: boolean;
  /** The id at the gateway, once it has one. */
  uploadId: string | null;
  error: unknown;
}

interface Events {
  /** An upload is complete and its import has begun. */
  onImport: (job: ScanView) => void;
  /** The gateway's list of open uploads has changed. */
  onChange: () => void;
}

export class Uploads {
  private shown: readonly Sending[] = [];
  private readonly uploads = new Map<string, Upload>();
  private readonly watchers = new Set<() => void>();
  private events: Events = { onImport: () => undefined, onChange: () => undefined };
  private made = 0;

  get list(): readonly Sending[] {
    return this.shown;
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  listen(events: Events): void {
    this.events = events;
  }

  /** Send a file and import it as `name`. A file that was sent in part before is continued. */
  start(file: File, name: string, format: ImportFormat): Promise<void> {
    return this.send(file, name, format, null);
  }

  /** Go on with an upload of an earlier visit, under the name that it was given then if this browser knows it. */
  async continue(file: File, uploadId: string): Promise<void> {
    const known = await new Upload(file, { endpoint: ENDPOINT, metadata: {} }).findPreviousUploads();
    const { name, format } = known.find(({ uploadUrl }) => uploadUrl?.endsWith(`/${uploadId}`))?.metadata ?? {};
    const given = FORMATS.find((one) => one === format) ?? "auto";
    await this.send(file, name ?? nameFor(file.name), given, uploadId);
  }

  private async send(file: File, name: string, format: ImportFormat, uploadId: string | null): Promise<void> {
    const key = `${++this.made}`;
    const meter = new SpeedMeter();
    let drawn = 0;
    const upload = new Upload(file, {
      endpoint: ENDPOINT,
      uploadUrl: uploadId && `${ENDPOINT}/${uploadId}`,
      metadata: { filename: file.name, name, format }, // tus stores them for the next visit
      chunkSize: PART,
      retryDelays: RETRIES_MS,
      removeFingerprintOnSuccess: true,
      onBeforeRequest: (request) => {
        for (const [header, value] of Object.entries(changeHeaders())) request.setHeader(header, value);
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        const again =
          status === 0 || status === 409 || status === 423 || status === 429 || (status >= 500 && status !== 507);
        if (again) this.change(key, { retrying: true, speed: 0 });
        return again;
      },
      onUploadUrlAvailable: () => {
        this.change(key, { uploadId: idOf(upload) });
        this.events.onChange();
      },
      onProgress: (sent) => {
        const now = performance.now();
        meter.add(now, sent);
        if (now - drawn < REFRESH_MS && sent < file.size) return;
        drawn = now;
        this.change(key, { sent, speed: meter.speed, retrying: false });
      },
      onSuccess: () => void this.import(key, name, format),
      onError: (error) => this.change(key, { state: "failed", retrying: false, speed: 0, error: errorOfUpload(error) }),
    });
    this.uploads.set(key, upload);
    this.shown = [
      ...this.shown,
      {
        key,
        fileName: file.name,
        size: file.size,
        sent: 0,
        speed: 0,
        name,
        state: "sending",
        retrying: false,
        uploadId,
        error: null,
      },
    ];
    this.tell();
    if (!uploadId) {
      const [before] = await upload.findPreviousUploads();
      if (before) upload.resumeFromPreviousUpload(before);
    }
    upload.start();
  }

  pause(key: string): void {
    this.change(key, { state: "paused", speed: 0, retrying: false });
    void this.uploads.get(key)?.abort();
  }

  /** Also after a failure: what has arrived is not sent again. */
  resume(key: string): void {
    this.change(key, { state: "sending", error: null });
    this.uploads.get(key)?.start();
  }

  async cancel(key: string): Promise<void> {
    const upload = this.uploads.get(key);
    this.drop(key);
    await upload?.abort();
    if (upload?.url) await Upload.terminate(upload.url, { headers: changeHeaders(), retryDelays: RETRIES_MS });
    this.events.onChange();
  }

  private async import(key: string, name: string, format: ImportFormat): Promise<void> {
    const uploadId = this.shown.find((sending) => sending.key === key)?.uploadId;
    if (!uploadId) return;
    this.change(key, { state: "importing", speed: 0 });
    try {
      this.events.onImport(await ask(api.POST("/api/datasets/imports", { body: { uploadId, name, format } })));
      this.drop(key);
    } catch (error) {
      this.change(key, { state: "failed", error: asApiError(error) });
    }
    this.events.onChange();
  }

  /** Take an upload out of this list; what has arrived stays at the gateway. */
  drop(key: string): void {
    this.uploads.delete(key);
    this.shown = this.shown.filter((sending) => sending.key !== key);
    this.tell();
  }

  private change(key: string, changes: Partial<Sending>): void {
    this.shown = this.shown.map((sending) => (sending.key === key ? { ...sending, ...changes } : sending));
    this.tell();
  }

  private tell(): void {
    this.watchers.forEach((watcher) => watcher());
  }
}

function idOf(upload: Upload): string | null {
  return upload.url?.split("/").pop() ?? null;
}

/** The gateway's own error inside that of tus. */
function errorOfUpload(error: Error | DetailedError): unknown {
  const response = "originalResponse" in error ? error.originalResponse : null;
  if (!response) return noConnection(error);
  let body: unknown = null;
  try {
    body = JSON.parse(response.getBody());
  } catch {
    // A proxy's page: the status has to do.
  }
  return errorOf(response.getStatus(), body);
}

export const uploads = new Uploads();
