import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useText } from "../text";
import { parseNumber } from "../text/digits";
import { useFormat } from "../text/format";

interface Props {
  label: string;
  description?: string;
  value: number | null;
  onChange: (value: number | null) => void;
  min?: number | null;
  max?: number | null;
  integer?: boolean;
  required?: boolean;
  /** What the gateway says about the value. */
  error?: string | null;
}

/**
 * A number in any digits. A browser's own number field drops Persian digits in silence. `onChange` gets valid numbers
 * only; `Form` is not sent while a field has a `data-problem`.
 */
export function NumberField({
  label,
  description,
  value,
  onChange,
  min,
  max,
  integer = false,
  required,
  error,
}: Props) {
  const text = useText();
  const format = useFormat();
  const [typed, setTyped] = useState<string | null>(null);
  const problem = (entered: string): string | null => {
    if (!entered.trim()) return required ? text.common.notANumber : null;
    const number = parseNumber(entered);
    if (number === null || (integer && !Number.isInteger(number))) return text.common.notANumber;
    if (min != null && number < min) return text.common.atLeast(format.number(min, 6));
    if (max != null && number > max) return text.common.atMost(format.number(max, 6));
    return null;
  };
  const wrong = typed === null ? null : problem(typed);
  return (
    <TextInput
      label={label}
      description={description}
      required={required}
      inputMode={integer ? "numeric" : "decimal"}
      autoComplete="off"
      value={typed ?? (value === null ? "" : String(value))}
      error={wrong ?? error}
      data-problem={wrong ? true : undefined}
      styles={{ input: { direction: "ltr", textAlign: "start" } }}
      onChange={(event) => {
        const entered = event.currentTarget.value;
        setTyped(entered);
        if (problem(entered) === null) onChange(parseNumber(entered));
      }}
      onBlur={() => typed !== null && problem(typed) === null && setTyped(null)}
    />
  );
}
