import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Form } from "./Form";
import { NumberField } from "./NumberField";
import { stubMatchMedia, TestPage } from "./testPage";

const sent = vi.fn<(value: number | null) => void>();

function Cap() {
  const [value, setValue] = useState<number | null>(null);
  return (
    <Form onSubmit={() => sent(value)}>
      <NumberField label="cap" value={value} onChange={setValue} min={1} integer />
      <button type="submit">send</button>
    </Form>
  );
}

beforeEach(() => {
  stubMatchMedia();
  sent.mockReset();
  render(
    <TestPage>
      <Cap />
    </TestPage>,
  );
});
afterEach(cleanup);

const cap = () => screen.getByLabelText<HTMLInputElement>("cap");
const type = (value: string) => fireEvent.change(cap(), { target: { value } });
const send = () => fireEvent.click(screen.getByText("send"));

test("a number with a valid beginning is not sent: its field gets the focus", () => {
  type("12");
  type("12 MB");
  send();
  expect(sent).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(cap());
});

test("what is sent is what the field shows", () => {
  type("12 MB");
  type("12000");
  send();
  expect(sent).toHaveBeenCalledExactlyOnceWith(12000);
});
