/** Who is signed in, asked once at the start and again after a sign-in. */

import { queryOptions, useQuery } from "@tanstack/react-query";
import { pageAccount } from "./account";
import { api, ask, setCsrfToken } from "./client";
import type { MeView } from "./schema";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<MeView> => {
    const me = await ask(api.GET("/api/auth/me", { signal }));
    if (pageAccount.claim(me.name)) {
      location.reload();
      return new Promise(() => undefined); // nothing is drawn until then
    }
    setCsrfToken(me.csrfToken ?? null);
    return me;
  },
  staleTime: Infinity,
  retry: (failures, error) => "transient" in error && error.transient === true && failures < 5,
});

/** The caller. Only below the session gate, where it is known. */
export function useMe(): MeView {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("used outside of the session gate");
  return data;
}

export function useIsAdmin(): boolean {
  return useMe().role === "admin";
}
