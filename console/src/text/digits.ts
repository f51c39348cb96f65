/** Numbers as people type them: Persian and Arabic digits, their decimal and thousands signs, exponents. */

const ZEROS = [0x06f0, 0x0660]; // ۰ and ٠

/** Digits and number signs in Latin; everything else stays. */
export function toLatin(text: string): string {
  return text
    .replace(/[۰-۹٠-٩]/g, (digit) => {
      const code = digit.charCodeAt(0);
      const zero = ZEROS.find((start) => code >= start && code < start + 10) ?? code;
      return String(code - zero);
    })
    .replace(/٫/g, ".")
    .replace(/[٬،]/g, ",")
    .replace(/\u200c/g, "")
    .replace(/−/g, "-");
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The number in a text, or null. `1,000` is a thousand; `1,5` is not a number, as it has two readings. */
export function parseNumber(text: string): number | null {
  const latin = toLatin(text.trim());
  const plain = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(latin) ? latin.replace(/,/g, "") : latin;
  if (!NUMBER.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}
