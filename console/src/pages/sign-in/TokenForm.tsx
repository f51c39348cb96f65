import { Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../api/client";
import { field } from "../../parts/form";
import { ErrorAlert } from "../../parts/ErrorAlert";
import { useText } from "../../text";
import { inputDir } from "../../parts/inputDir";

/** The one credential of an installation without accounts. */
export function TokenForm({ onSignedIn }: { onSignedIn: () => void }) {
  const text = useText();
  const signIn = useMutation({
    mutationFn: (form: FormData) =>
      api.POST("/api/auth/login", {
        body: { token: field(form, "token").trim(), cookie: true },
      }),
    onSuccess: onSignedIn,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate(new FormData(event.currentTarget));
      }}
    >
      <Stack>
        {signIn.error && <ErrorAlert error={signIn.error} />}
        <PasswordInput
          name="token"
          label={text.signIn.token}
          description={text.signIn.tokenHelp}
          autoComplete="current-password"
          required
          {...inputDir("ltr")}
        />
        <Button type="submit" loading={signIn.isPending}>
          {text.signIn.submit}
        </Button>
      </Stack>
    </form>
  );
}
