import { Anchor, Card, Center, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import { sessionQuery } from "../../api/session";
import { CommandLine } from "../../parts/CommandLine";
import { Loaded } from "../../parts/Loading";
import { useText } from "../../text";
import { IN_LANGUAGE, usePreferences } from "../../shell/preferences";
import { RegisterForm } from "./RegisterForm";
import { TokenForm } from "./TokenForm";
import { SignInForm } from "./SignInForm";

/** The invitation in the fragment of its link: no browser sends it, no server logs it. */
function invitationOf(fragment: string): string | null {
  return new URLSearchParams(fragment.slice(1)).get("invitation");
}

/** Shown at any address while nobody is signed in; the address stays, so a deep link continues after the sign-in. */
export default function SignInPage({ ended }: { ended: boolean }) {
  const text = useText();
  const client = useQueryClient();
  const { preferences, change } = usePreferences();
  const invitation = invitationOf(location.hash);
  const [registering, setRegistering] = useState(location.pathname === "/register");
  const mode = useQuery({
    queryKey: ["auth-mode"],
    queryFn: ({ signal }) => ask(api.GET("/api/auth/mode", { signal })),
  });
  const signedIn = () => {
    if (location.pathname === "/register") history.replaceState(null, "", "/");
    void client.resetQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <Card withBorder w="100%" maw={420} padding="lg">
        <Stack>
          <Group justify="space-between">
            <Title order={1} size="h3">
              {registering ? text.signIn.registerTitle : text.signIn.title}
            </Title>
            <Anchor
              component="button"
              type="button"
              size="sm"
              lang={preferences.language === "fa" ? "en" : "fa"}
              onClick={() => change(IN_LANGUAGE[preferences.language === "fa" ? "en" : "fa"])}
            >
              {text.shell.otherLanguage}
            </Anchor>
          </Group>
          {ended && !registering && <Text role="status">{text.signIn.ended}</Text>}
          <Loaded query={mode}>
            {(found) =>
              found.mode === "token" ? (
                <TokenForm onSignedIn={signedIn} />
              ) : (
                <>
                  {registering ? (
                    <RegisterForm registration={found.registration} invitation={invitation} onSignedIn={signedIn} />
                  ) : (
                    <SignInForm onSignedIn={signedIn} />
                  )}
                  <Anchor component="button" type="button" size="sm" onClick={() => setRegistering(!registering)}>
                    {registering ? text.signIn.haveAccount : text.signIn.noAccount}
                  </Anchor>
                  {!registering && <ForgottenPassword />}
                </>
              )
            }
          </Loaded>
        </Stack>
      </Card>
    </Center>
  );
}

function ForgottenPassword() {
  const text = useText();
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed">
        {text.signIn.reset}
      </Text>
      <CommandLine command="sokhan admin reset" />
    </Stack>
  );
}
