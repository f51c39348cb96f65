import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { AuthModeView } from "../../api/schema";
import { field } from "../../parts/form";
import { ErrorAlert } from "../../parts/ErrorAlert";
import { useText } from "../../text";
import { inputDir } from "../../parts/inputDir";

interface Props {
  registration: AuthModeView["registration"];
  invitation: string | null;
  onSignedIn: () => void;
}

export function RegisterForm({ registration, invitation, onSignedIn }: Props) {
  const text = useText();
  const register = useMutation({
    mutationFn: (form: FormData) =>
      api.POST("/api/auth/register", {
        body: {
          name: field(form, "name"),
          displayName: field(form, "displayName"),
          password: field(form, "password"),
          invitation,
          cookie: true,
        },
      }),
    onSuccess: onSignedIn,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        register.mutate(new FormData(event.currentTarget));
      }}
    >
      <Stack>
        {!invitation && registration !== "open" && (
          <Text c="dimmed">{registration === "closed" ? text.signIn.closed : text.signIn.byInvitation}</Text>
        )}
        {register.error && <ErrorAlert error={register.error} />}
        <TextInput name="name" label={text.signIn.name} autoComplete="username" required {...inputDir("ltr")} />
        <TextInput name="displayName" label={text.signIn.displayName} autoComplete="name" {...inputDir("auto")} />
        <PasswordInput
          name="password"
          label={text.signIn.password}
          description={text.signIn.passwordHelp}
          autoComplete="new-password"
          required
          {...inputDir("ltr")}
        />
        <Button type="submit" loading={register.isPending}>
          {text.signIn.register}
        </Button>
      </Stack>
    </form>
  );
}
