import { Text as Line } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { asApiError } from "../api/errors";
import type { Text } from "../text";
import { ErrorCode } from "./ErrorAlert";

/** Messages are read out politely; errors interrupt (WCAG 4.1.3). */
export function tellDone(text: Text, message: string): void {
  notifications.show({ message, color: "teal", role: "status", ...closing(text) });
}

/** Something that is not as it should be, and no error of the gateway. */
export function tellWarning(text: Text, message: string): void {
  notifications.show({ message, color: "yellow", role: "alert", autoClose: 12_000, ...closing(text) });
}

/** `title`: what has failed, in place of the sentence for the error's code, which then stands below it. */
export function tellError(text: Text, error: unknown, title?: string): void {
  const shown = asApiError(error);
  const sentence = text.errors.byCode[shown.code] ?? shown.message;
  const heading = title ?? sentence;
  const lines = new Set([sentence, shown.hint ?? shown.message].filter((line) => line !== heading));
  const message = (
    <>
      {[...lines].map((line) => (
        <Line key={line} size="sm" dir="auto" style={{ overflowWrap: "anywhere" }}>
          {line}
        </Line>
      ))}
      <ErrorCode code={shown.code} requestId={shown.requestId} />
    </>
  );
  notifications.show({ title: heading, message, color: "red", role: "alert", autoClose: 12_000, ...closing(text) });
}

function closing(text: Text) {
  return { withBorder: true, closeButtonProps: { "aria-label": text.shell.closeMessage } };
}
