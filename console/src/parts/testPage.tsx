/** What a component needs around it in a test. */

import { DirectionProvider, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useState } from "react";
import { vi } from "vitest";
import { TextContext } from "../text";
import { en } from "../text/en";

/** jsdom has no `matchMedia`, which Mantine asks for the colour scheme. */
export function stubMatchMedia(): void {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
}

export function TestPage({ client, children }: { client?: QueryClient; children: ReactNode }) {
  const [own] = useState(() => client ?? new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  return (
    <TextContext.Provider value={en}>
      <DirectionProvider>
        <MantineProvider>
          <QueryClientProvider client={own}>{children}</QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </TextContext.Provider>
  );
}
