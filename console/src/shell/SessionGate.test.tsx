import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { stubMatchMedia, TestPage } from "../parts/testPage";
import { SessionGate } from "./SessionGate";

vi.mock("../pages/sign-in/SignInPage", () => ({ default: () => <p>sign in</p> }));

afterEach(cleanup);

test("a caller without a session is asked for once, then shown the sign-in page", async () => {
  stubMatchMedia();
  const refusal = { ok: false, error: { code: "UNAUTHENTICATED", message: "No session.", request_id: "1" } };
  const fetched = vi.fn(() => Promise.resolve(new Response(JSON.stringify(refusal), { status: 401 })));
  vi.stubGlobal("fetch", fetched);
  render(
    <TestPage>
      <SessionGate>pages</SessionGate>
    </TestPage>,
  );
  await screen.findByText("sign in");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fetched).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
});
