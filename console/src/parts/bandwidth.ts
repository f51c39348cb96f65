/** The gateway counts bytes a second; people type kilobytes. */
export const toKilobytes = (bytes: number | null | undefined): number | null =>
  bytes == null ? null : Math.max(1, Math.round(bytes / 1000));

export const fromKilobytes = (kilobytes: number | null): number | null =>
  kilobytes === null ? null : Math.round(kilobytes * 1000);
