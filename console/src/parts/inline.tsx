/** Small pieces of text that must keep their direction and their width. */

import { Code, Text } from "@mantine/core";
import { useFormat } from "../text/format";

/** A number that changes: digits of one width, isolated from the words around it. */
export function Numbers({ children }: { children: string }) {
  return <span className="numbers">{children}</span>;
}

/** `value`: 0 to 100. */
export function Percent({ value, fraction = 0 }: { value: number; fraction?: number }) {
  return <Numbers>{useFormat().percent(value, fraction)}</Numbers>;
}

export function Bytes({ value }: { value: number }) {
  return <Numbers>{useFormat().bytes(value)}</Numbers>;
}

/** A name as its author wrote it; an id with a namespace, such as `local/صدا-2`, reads from left to right. */
export function Name({ children }: { children: string }) {
  return (
    <bdi dir={children.includes("/") ? "ltr" : undefined} style={{ overflowWrap: "anywhere" }}>
      {children}
    </bdi>
  );
}

/** An id, a path, a word of a configuration: left to right, in the font of code. */
export function Id({ children }: { children: string }) {
  return (
    <Code className="ltr" style={{ overflowWrap: "anywhere" }}>
      {children}
    </Code>
  );
}

/** A moment: relative in the text, exact in the tooltip. `now` comes from `useNow`. */
export function Moment({ time, now }: { time: string; now: number }) {
  const format = useFormat();
  return (
    <Text component="time" inherit dateTime={time} title={format.dateTime(time)} span>
      {format.relative(time, now)}
    </Text>
  );
}
