import { Modal } from "@mantine/core";
import { useDisclosure, useWindowEvent } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useRef } from "react";
import { useText } from "../text";
import { openCommands } from "./commandsStore";
import { PLACES } from "./navigation";
import { useSwitchTheme } from "./ThemeButton";

const ShortcutTable = lazy(async () => ({ default: (await import("./ShortcutTable")).ShortcutTable }));
const SEQUENCE_MS = 1500;

/** `g` and a letter go to a page, `?` shows this list. By the place of the key, so that a Persian layout works too. */
export function Shortcuts() {
  const text = useText();
  const navigate = useNavigate();
  const switchTheme = useSwitchTheme();
  const [opened, sheet] = useDisclosure(false);
  const lastG = useRef(-Infinity);
  useWindowEvent("keydown", (event) => {
    // In a field, too. Before the palette is loaded it is opened all the same.
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") {
      event.preventDefault();
      openCommands();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "?" || event.key === "؟") {
      event.preventDefault();
      sheet.toggle();
      return;
    }
    const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
    const place = event.timeStamp - lastG.current < SEQUENCE_MS && PLACES.find(({ key }) => key === letter);
    lastG.current = letter === "g" ? event.timeStamp : -Infinity;
    if (place) {
      event.preventDefault();
      void navigate({ to: place.to });
    } else if (letter === "d" && event.shiftKey) {
      switchTheme();
    }
  });
  return (
    <Modal
      opened={opened}
      onClose={sheet.close}
      title={text.shell.shortcuts.title}
      closeButtonProps={{ "aria-label": text.common.close }}
    >
      <Suspense fallback={null}>
        <ShortcutTable />
      </Suspense>
    </Modal>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select, [role=combobox], [role=slider]"))
  );
}
