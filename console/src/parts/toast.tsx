import { notifications } from "@mantine/notifications";
import { asApiError } from "../api/errors";
import type { Text } from "../text";

/** Messages are read out politely; errors interrupt (WCAG 4.1.3). */
export function tellDone(text: Text, message: string): void {
  notifications.show({ message, color: "teal", role: "status", ...closing(text) });
}

export function tellError(text: Text, error: unknown): void {
  const shown = asApiError(error);
  const title = text.errors.byCode[shown.code] ?? shown.message;
  const message = shown.hint ?? (title === shown.message ? "" : shown.message);
  notifications.show({ title, message, color: "red", role: "alert", autoClose: 12_000, ...closing(text) });
}

function closing(text: Text) {
  return { withBorder: true, closeButtonProps: { "aria-label": text.shell.closeMessage } };
}
