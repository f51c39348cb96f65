import { Button, Checkbox, Group, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import type { Scope } from "../../api/schema";
import { useIsAdmin } from "../../api/session";
import { voicesQuery } from "../../api/voices";
import { Form } from "../../parts/Form";
import { NumberField } from "../../parts/NumberField";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import { inputDir } from "../../parts/inputDir";

const SCOPES: Scope[] = ["read", "speech", "training", "downloads"];

export function NewKeyForm({ onMade }: { onMade: (key: string) => void }) {
  const text = useText();
  const words = text.settings.keys;
  const admin = useIsAdmin();
  const voices = useQuery(voicesQuery).data?.voices ?? [];
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["speech"]);
  const [voice, setVoice] = useState<string | null>(null);
  const [days, setDays] = useState<number | null>(90);
  const make = useAction(
    () => ask(api.POST("/api/auth/keys", { body: { name, scopes: scopes as Scope[], voice, expiresInDays: days } })),
    {
      onDone: ({ key }) => {
        setName("");
        onMade(key);
      },
    },
  );
  return (
    <Form onSubmit={() => make.mutate(undefined)}>
      <Group align="flex-start">
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          {...inputDir("auto")}
        />
        <NumberField label={words.days} value={days} onChange={setDays} min={1} max={3650} integer />
        <Select
          label={words.voice}
          placeholder={words.anyVoice}
          value={voice}
          onChange={setVoice}
          data={voices.map(({ id }) => id)}
          clearable
          searchable
        />
      </Group>
      <Checkbox.Group label={words.scopes} value={scopes} onChange={setScopes} my="sm">
        <Group mt={4}>
          {[...SCOPES, ...(admin ? (["admin"] as const) : [])].map((scope) => (
            <Checkbox key={scope} value={scope} label={words.scopeNames[scope]} />
          ))}
        </Group>
      </Checkbox.Group>
      <Button type="submit" loading={make.isPending}>
        {words.make}
      </Button>
    </Form>
  );
}
