import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import type { ReactNode } from "react";
import { useText } from "../text";
import { focusContent } from "./useKeptFocus";

const RETURNED_MS = 50; // by then the dialog is gone, and what opened it has the focus again if it is still there

interface Question {
  title: string;
  children?: ReactNode;
  confirm: string;
  onConfirm: () => void;
}

/** Ask before what cannot be undone. The safe answer has the focus. */
export function useConfirm(): (question: Question) => void {
  const text = useText();
  return ({ title, children, confirm, onConfirm }) =>
    modals.openConfirmModal({
      title,
      children: typeof children === "string" ? <Text>{children}</Text> : children,
      labels: { confirm, cancel: text.common.cancel },
      confirmProps: { color: "red" },
      cancelProps: { "data-autofocus": true },
      closeButtonProps: { "aria-label": text.common.close },
      onConfirm,
      onExitTransitionEnd: () => setTimeout(focusContent, RETURNED_MS),
    });
}
