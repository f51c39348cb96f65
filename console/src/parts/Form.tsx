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
        const wrong = event.currentTarget.querySelector<HTMLElement>("[data-problem]");
        if (wrong) wrong.focus();
        else onSubmit(event.currentTarget);
      }}
    >
      {children}
    </form>
  );
}
