import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { TextContext } from "../text";
import { en } from "../text/en";

vi.mock("../pages/sign-in/SignInPage", () => ({ default: () => "sign in here" }));
window.matchMedia = vi
  .fn()
  .mockReturnValue({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() });

test("without a session the question who is signed in is asked once, and the sign-in page is shown", async () => {
  const asked = vi.fn(() => Promise.resolve(new Response("{}", { status: 401 })));
  vi.stubGlobal("fetch", asked);
  const { SessionGate } = await import("./SessionGate");
  const page = render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <TextContext.Provider value={en}>
          <SessionGate>secret</SessionGate>
        </TextContext.Provider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  await waitFor(() => expect(page.container.textContent).toContain("sign in here"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked).toHaveBeenCalledTimes(1);
});
