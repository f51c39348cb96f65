import { Center, Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { lazy, Suspense, useEffect, useState } from "react";
import { onSessionEnd } from "../api/client";
import { asApiError } from "../api/errors";
import { sessionQuery } from "../api/session";
import { LiveProvider } from "../live/live";
import { ErrorAlert } from "../parts/ErrorAlert";
import { useText } from "../text";

const SignInPage = lazy(() => import("../pages/sign-in/SignInPage"));

/** The pages for a caller who is signed in; the sign-in page, at the same address, for one who is not. */
export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const session = useQuery(sessionQuery);
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    onSessionEnd(() => {
      // The answer to the question who is signed in: asking again because of it would never end.
      if (client.getQueryData(sessionQuery.queryKey) === undefined) return;
      setEnded(true);
      void client.resetQueries({ queryKey: sessionQuery.queryKey });
    });
  }, [client]);

  if (session.data) return <LiveProvider key={session.data.name}>{children}</LiveProvider>;
  if (session.isPending) return <Waiting />;
  const error = asApiError(session.error);
  if (error.status !== 401) {
    return (
      <Center mih="100vh" p="md">
        <ErrorAlert error={error} onRetry={() => void session.refetch()} />
      </Center>
    );
  }
  return (
    <Suspense fallback={<Waiting />}>
      <SignInPage ended={ended} />
    </Suspense>
  );
}

function Waiting() {
  const text = useText();
  return (
    <Center mih="100vh">
      <Loader aria-label={text.common.loading} />
    </Center>
  );
}
