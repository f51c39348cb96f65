import { Notifications, notifications } from "@mantine/notifications";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiError } from "../api/errors";
import { en } from "../text/en";
import { stubMatchMedia, TestPage } from "./testPage";
import { tellError, tellWarning } from "./toast";

const ERROR = new ApiError(409, {
  code: "CONFLICT",
  message: "It is in use.",
  hint: "Stop the run first.",
  request_id: "req-7",
});

beforeEach(() => {
  stubMatchMedia();
  render(
    <TestPage>
      <Notifications />
    </TestPage>,
  );
});
afterEach(() => {
  notifications.clean();
  cleanup();
});

test("an error has its hint, its code and the id of the request", async () => {
  tellError(en, ERROR);
  const alert = await screen.findByRole("alert");
  for (const part of ["It is in use.", "Stop the run first.", "CONFLICT", "req-7"]) {
    expect(alert.textContent).toContain(part);
  }
});

test("a title says what has failed, the error stays below it", async () => {
  tellError(en, ERROR, "“voice” was not removed");
  const alert = await screen.findByRole("alert");
  for (const part of ["“voice” was not removed", "It is in use.", "CONFLICT", "req-7"]) {
    expect(alert.textContent).toContain(part);
  }
});

test("a warning is no error of the page", async () => {
  tellWarning(en, "The token is not valid.");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("The token is not valid.");
  expect(alert.textContent).not.toContain("CONSOLE");
});
