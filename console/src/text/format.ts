/** Numbers, sizes, durations and dates in the language, digits and calendar that a person has chosen. */

import { useMemo } from "react";
import type { Preferences } from "../shell/preferences";
import { usePreferences } from "../shell/preferences";

type Unit = "B" | "KB" | "MB" | "GB" | "TB";

// `Intl` mixes languages in units («۴۲٫۵ byte»), so the words are ours.
const SIZES: Record<Preferences["language"], Record<Unit, string>> = {
  fa: { B: "بایت", KB: "کیلوبایت", MB: "مگابایت", GB: "گیگابایت", TB: "ترابایت" },
  en: { B: "B", KB: "KB", MB: "MB", GB: "GB", TB: "TB" },
};
const UNITS: Unit[] = ["B", "KB", "MB", "GB", "TB"];
const TIMES = {
  fa: { d: "روز", h: "ساعت", m: "دقیقه", s: "ثانیه", ms: "میلی‌ثانیه", and: " و ", perSecond: "در ثانیه" },
  en: { d: "d", h: "h", m: "min", s: "s", ms: "ms", and: " ", perSecond: "/s" },
};

export class Format {
  readonly locale: string;
  private readonly language: Preferences["language"];
  private readonly calendarLocale: string;
  private readonly integers: Intl.NumberFormat;

  constructor(preferences: Pick<Preferences, "language" | "digits" | "calendar">) {
    const { language, digits, calendar } = preferences;
    const numbering = digits === "persian" ? "arabext" : "latn";
    const base = language === "fa" ? "fa-IR" : "en-GB";
    this.language = language;
    this.locale = `${base}-u-nu-${numbering}`;
    this.calendarLocale = `${base}-u-ca-${calendar === "jalali" ? "persian" : "gregory"}-nu-${numbering}`;
    this.integers = new Intl.NumberFormat(this.locale, { maximumFractionDigits: 0 });
  }

  integer(value: number): string {
    return this.integers.format(value);
  }

  /** With as many digits as a person compares by eye; very small and very large values with an exponent. */
  number(value: number, digits = 4): string {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
    const size = Math.abs(value);
    const notation = size !== 0 && (size < 1e-4 || size >= 1e7) ? "scientific" : "standard";
    const written = new Intl.NumberFormat(this.locale, { maximumSignificantDigits: digits, notation }).format(value);
    // «۱٫۲×۱۰^۷» would be read from its end among Persian words.
    return notation === "scientific" && this.language === "fa" ? `\u2066${written}\u2069` : written;
  }

  /** `value`: 0 to 100. */
  percent(value: number, fraction = 0): string {
    const options = { style: "percent", minimumFractionDigits: fraction, maximumFractionDigits: fraction } as const;
    // 99.97 % is not done: a bar that reads 100 % and waits looks stuck.
    const shown = value < 100 ? Math.min(value, 100 - 10 ** -fraction) : value;
    return new Intl.NumberFormat(this.locale, options).format(shown / 100);
  }

  bytes(value: number): string {
    const power = value < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3));
    const unit = UNITS[power] ?? "B";
    const shown = value / 1000 ** power;
    const digits = power === 0 || shown >= 100 ? 0 : 1;
    const number = new Intl.NumberFormat(this.locale, { maximumFractionDigits: digits }).format(shown);
    return `${number} ${SIZES[this.language][unit]}`;
  }

  speed(bytesPerSecond: number): string {
    const unit = TIMES[this.language].perSecond;
    return this.language === "fa" ? `${this.bytes(bytesPerSecond)} ${unit}` : `${this.bytes(bytesPerSecond)}${unit}`;
  }

  /** The two largest units of a time in seconds. */
  duration(seconds: number): string {
    const words = TIMES[this.language];
    if (seconds < 1) return `${this.integer(Math.round(seconds * 1000))} ${words.ms}`;
    if (seconds < 10) return `${this.number(Math.round(seconds * 10) / 10, 2)} ${words.s}`;
    const whole = Math.round(seconds);
    const parts: [number, string][] = [
      [Math.floor(whole / 86400), words.d],
      [Math.floor(whole / 3600) % 24, words.h],
      [Math.floor(whole / 60) % 60, words.m],
      [whole % 60, words.s],
    ];
    const first = parts.findIndex(([count]) => count > 0);
    return parts
      .slice(first, first + 2)
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${this.integer(count)} ${word}`)
      .join(words.and);
  }

  /** Minutes and seconds of a player: 1:05. */
  clock(seconds: number): string {
    const whole = Math.max(0, Math.floor(seconds));
    const two = new Intl.NumberFormat(this.locale, { minimumIntegerDigits: 2 });
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const start = hours ? `${this.integer(hours)}:${two.format(minutes)}` : this.integer(minutes);
    return `${start}:${two.format(whole % 60)}`;
  }

  date(time: string | Date): string {
    return new Intl.DateTimeFormat(this.calendarLocale, { dateStyle: "medium" }).format(new Date(time));
  }

  dateTime(time: string | Date): string {
    const options = { dateStyle: "medium", timeStyle: "short" } as const;
    return new Intl.DateTimeFormat(this.calendarLocale, options).format(new Date(time));
  }

  time(time: string | Date): string {
    return new Intl.DateTimeFormat(this.calendarLocale, { timeStyle: "medium" }).format(new Date(time));
  }

  /** "3 minutes ago"; `now` comes in, for a page shows many at one moment. */
  relative(time: string | Date, now: number): string {
    const ahead = (new Date(time).getTime() - now) / 1000;
    // `now` moves every few seconds, and clocks differ a little: what is just made is not made in the future.
    const seconds = ahead > 0 && ahead < 15 ? 0 : ahead;
    const steps: [number, Intl.RelativeTimeFormatUnit][] = [
      [60, "second"],
      [3600, "minute"],
      [86400, "hour"],
      [86400 * 30, "day"],
      [86400 * 365, "month"],
      [Infinity, "year"],
    ];
    const at = steps.findIndex(([limit]) => Math.abs(seconds) < limit);
    const [, unit] = steps[at] ?? [0, "year" as const];
    const size = at === 0 ? 1 : (steps[at - 1]?.[0] ?? 1);
    return new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" }).format(Math.round(seconds / size), unit);
  }

  list(items: string[]): string {
    return new Intl.ListFormat(this.locale, { type: "conjunction" }).format(items);
  }

  compare(a: string, b: string): number {
    return a.localeCompare(b, this.language, { numeric: true });
  }
}

export function useFormat(): Format {
  const { language, digits, calendar } = usePreferences().preferences;
  return useMemo(() => new Format({ language, digits, calendar }), [language, digits, calendar]);
}
