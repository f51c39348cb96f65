import { DirectionProvider, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { en } from "../text/en";
import { TextContext } from "../text";
import { SessionGate } from "./SessionGate";

vi.mock("../pages/sign-in/SignInPage", () => ({ default: () => <p>sign in</p> }));

afterEach(cleanup);

test("a caller without a session is asked for once, then shown the sign-in page", async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  const refusal = { ok: false, error: { code: "UNAUTHENTICATED", message: "No session.", request_id: "1" } };
  const fetched = vi.fn(() => Promise.resolve(new Response(JSON.stringify(refusal), { status: 401 })));
  vi.stubGlobal("fetch", fetched);
  render(
    <TextContext.Provider value={en}>
      <DirectionProvider>
        <MantineProvider>
          <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
            <SessionGate>pages</SessionGate>
          </QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </TextContext.Provider>,
  );
  await screen.findByText("sign in");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fetched).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
});
