import type { RefObject } from "react";
import { useEffect } from "react";

/** Where the focus goes when its element is gone and nothing nearer remains: not back to the top of the page. */
export function focusContent(): void {
  if (focusIsLost()) document.getElementById("content")?.focus({ preventScroll: true });
}

/** When the focused element of a box goes, as after a removal, the heading of the box takes the focus. */
export function useKeptFocus(box: RefObject<HTMLElement | null>, heading: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let inside = false;
    const focused = ({ target }: FocusEvent) => {
      inside = element.contains(target as Node);
    };
    // Some browsers tell a blur of what is removed: only one of an element that stays means that a person went away.
    const blurred = ({ target, relatedTarget }: FocusEvent) => {
      if (!relatedTarget) setTimeout(() => (target as Node).isConnected && focusIsLost() && (inside = false));
    };
    // Later: while the focus goes from one element to the next, nothing has it, and what a blur changes is seen here.
    let timer: number | undefined;
    const observer = new MutationObserver(() => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => inside && focusIsLost() && heading.current?.focus({ preventScroll: true }));
    });
    document.addEventListener("focusin", focused);
    element.addEventListener("focusout", blurred);
    observer.observe(element, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", focused);
      element.removeEventListener("focusout", blurred);
      observer.disconnect();
      window.clearTimeout(timer);
      if (inside) focusContent();
    };
  }, [box, heading]);
}

function focusIsLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
