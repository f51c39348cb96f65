import { expect, test } from "vitest";
import { Format } from "./format";

const fa = new Format({ language: "fa", digits: "persian", calendar: "jalali" });
const en = new Format({ language: "en", digits: "latin", calendar: "gregorian" });

test("a bar that is not done never reads 100 %", () => {
  expect(en.percent(99.99)).toBe("99%");
  expect(en.percent(99.99, 1)).toBe("99.9%");
  expect(en.percent(100)).toBe("100%");
  expect(fa.percent(52)).toContain("۵۲");
});

test("sizes have words of one language", () => {
  expect(en.bytes(42)).toBe("42 B");
  expect(en.bytes(63_200_000)).toBe("63.2 MB");
  expect(fa.bytes(63_200_000)).toBe("۶۳٫۲ مگابایت");
});

test("durations have their two largest units", () => {
  expect(en.duration(0.12)).toBe("120 ms");
  expect(en.duration(65)).toBe("1 min 5 s");
  expect(en.duration(90_000)).toBe("1 d 1 h");
  expect(fa.duration(3660)).toBe("۱ ساعت و ۱ دقیقه");
});

test("dates follow the calendar, not the language", () => {
  const date = "2026-11-28T10:00:00Z";
  expect(fa.date(date)).toContain("۱۴۰۵");
  expect(en.date(date)).toContain("2026");
  expect(new Format({ language: "fa", digits: "latin", calendar: "gregorian" }).date(date)).toContain("2026");
});

test("numbers keep what can be compared", () => {
  expect(en.number(0.000012345)).toBe("1.235E-5");
  expect(fa.number(12_660_000)).toBe("\u2066۱٫۲۶۶×۱۰^۷\u2069");
  expect(en.number(NaN)).toBe("NaN");
  expect(en.number(3.14159)).toBe("3.142");
});

test("relative times", () => {
  const now = Date.parse("2026-11-28T10:00:00Z");
  expect(en.relative("2026-11-28T09:57:00Z", now)).toBe("3 minutes ago");
  expect(en.relative("2026-11-27T10:00:00Z", now)).toBe("yesterday");
});
