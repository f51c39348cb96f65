import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../api/client";
import { field } from "../../parts/form";
import { ErrorAlert } from "../../parts/ErrorAlert";
import { useText } from "../../text";
import { inputDir } from "../../parts/inputDir";

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const text = useText();
  const signIn = useMutation({
    mutationFn: (form: FormData) =>
      api.POST("/api/auth/login", {
        body: { name: field(form, "name"), password: field(form, "password"), cookie: true },
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
        <TextInput name="name" label={text.signIn.name} autoComplete="username" required {...inputDir("ltr")} />
        <PasswordInput
          name="password"
          label={text.signIn.password}
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
