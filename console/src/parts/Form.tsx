import type { ReactNode } from "react";

interface Props {
  onSubmit: (form: HTMLFormElement) => void;
  /** Fields say themselves what is wrong: the browser's own bubbles stay away. */
  noValidate?: boolean;
  children: ReactNode;
}

/** A form that sends what it shows: while a field has a problem, the first such field gets the focus instead. */
export function Form({ onSubmit, noValidate, children }: Props) {
  return (
    <form
      noValidate={noValidate}
      onSubmit={(event) => {
        event.preventDefault();
        if (!focusProblem(event.currentTarget)) onSubmit(event.currentTarget);
      }}
    >
      {children}
    </form>
  );
}

/** Focus the first field with a problem, if there is one: what is sent would not be what it shows. */
export function focusProblem(fields: HTMLElement | null): boolean {
  const wrong = fields?.querySelector<HTMLElement>("[data-problem]");
  wrong?.focus();
  return wrong != null;
}
