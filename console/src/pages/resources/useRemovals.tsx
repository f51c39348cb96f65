import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useSyncExternalStore } from "react";
import { tellDone, tellError } from "../../parts/toast";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { removals } from "./removeStored";

const TOAST = "removals";

export function useWaiting() {
  return useSyncExternalStore(removals.watch, () => removals.waiting);
}

/** Tells how removals ended, on whatever page; on other pages than this one a toast has the way back. */
export function useRemovalNotices(): void {
  const text = useText();
  const format = useFormat();
  const client = useQueryClient();
  useEffect(() => {
    const words = text.resources.removal;
    notifications.hide(TOAST);
    removals.listen(({ removed, freed, failed }) => {
      notifications.hide(TOAST);
      if (removed.length) tellDone(text, words.removed(format.integer(removed.length), format.bytes(freed)));
      for (const { item, error } of failed) tellError(text, error, words.failed(item.name));
      void client.invalidateQueries({ queryKey: ["assets"] });
    });
    return () => {
      if (removals.waiting?.due == null) return;
      notifications.show({
        id: TOAST,
        message: <WaitingText />,
        autoClose: false,
        withCloseButton: false,
        withBorder: true,
        role: "group", // a status would read every second aloud
      });
    };
  }, [client, format, text]);
}

/** What waits, how long still, and the way back. `focus`: the button that began it is gone, so this one takes its place. */
export function WaitingText({ focus = false }: { focus?: boolean }) {
  const text = useText();
  const format = useFormat();
  const words = text.resources.removal;
  const waiting = useWaiting();
  const now = useNow(1000);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (focus) button.current?.focus({ preventScroll: true });
  }, [focus]);
  if (!waiting) return null;
  const count = format.integer(waiting.items.length);
  if (waiting.due === null) return <Text size="sm">{words.removing(count)}</Text>;
  const left = Math.max(1, Math.round((waiting.due - now) / 1000));
  return (
    <Group justify="space-between">
      <Text id={id} size="sm" style={{ flex: "1 1 240px" }}>
        {words.waiting(count, format.duration(left))}
      </Text>
      <Button
        size="xs"
        ref={button}
        aria-describedby={id}
        onClick={() => {
          notifications.hide(TOAST);
          if (removals.undo()) tellDone(text, words.undone);
        }}
      >
        {words.undo}
      </Button>
    </Group>
  );
}
