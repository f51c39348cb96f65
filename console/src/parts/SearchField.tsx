import { TextInput } from "@mantine/core";
import type { CSSProperties } from "react";
import { useEffect, useRef } from "react";
import { inputDir } from "./inputDir";

interface Props {
  label: string;
  /** What is searched for now, from the address. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  style?: CSSProperties;
}

/**
 * A search whose words are in the address. The router changes the address in a transition, later than a person types:
 * as the field's value it would take back letters and move the caret. The field takes over only what it has not
 * written itself, as after "back".
 */
export function SearchField({ label, value = "", onChange, style }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const written = useRef<string[]>([]);
  useEffect(() => {
    const at = written.current.indexOf(value);
    written.current = at < 0 ? [] : written.current.slice(at + 1);
    if (at < 0 && field.current) field.current.value = value;
  }, [value]);
  return (
    <TextInput
      ref={field}
      label={label}
      type="search"
      defaultValue={value}
      onChange={(event) => {
        written.current.push(event.currentTarget.value);
        onChange(event.currentTarget.value || undefined);
      }}
      onBlur={() => {
        written.current = [];
      }}
      style={style}
      {...inputDir("auto")}
    />
  );
}
